namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What a report tells of its run: what to run again, on what and with what.</summary>
internal interface IReportedRun
{
    /// <summary>The command that repeats it; null where there is none.</summary>
    string? Command { get; }

    /// <summary>When it started; null where it is not known.</summary>
    DateTimeOffset? Started { get; }

    int Entities { get; }

    long Events { get; }

    /// <summary>Of events, labels and folds; null where it is not known.</summary>
    string? DataFingerprint { get; }

    /// <summary>The seeds; none where they are not known.</summary>
    IReadOnlyList<int> Seeds { get; }

    /// <summary>What it ran on; null where it is not known.</summary>
    EvaluationEnvironment? Environment { get; }
}
