namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Where a run stands, besides weights and optimizer. The rest follows from data and options: a step's batches and random numbers depend on its number alone.</summary>
internal sealed record TrainingState
{
    /// <summary>The number of steps done; the position in the data.</summary>
    public int Step { get; init; }

    public TrainingLossHistory Losses { get; init; } = TrainingLossHistory.Start;

    public List<TrainingLossPoint> ValidationLosses { get; init; } = [];

    public EarlyStopping EarlyStopping { get; init; } = EarlyStopping.Start;

    /// <summary>The number of steps left out.</summary>
    public int Skipped { get; init; }

    /// <summary>How many of them came last, one after the other.</summary>
    public int SkippedInARow { get; init; }

    /// <summary>The number of tokens of the steps left out.</summary>
    public long SkippedTokens { get; init; }

    /// <summary>The time taken so far, over all sessions.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Why the run ended; null while it has not.</summary>
    public TrainingEnd? End { get; init; }
}
