namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A step of an experiment that was just reached.</summary>
/// <param name="FinishedTrials">How many trials are finished, those of earlier runs included.</param>
/// <param name="TotalTrials">Of how many.</param>
/// <param name="BestTrial">The best of them so far; null where there is none.</param>
public sealed record ExperimentProgress(int FinishedTrials, int TotalTrials, TrialResult? BestTrial)
{
    /// <summary>Gets the trial that was just finished; null where that is not what happened.</summary>
    public TrialResult? Trial { get; init; }

    /// <summary>Gets the step within a trial, or within the fitting of the best pipeline, that was just reached; null where that is not what happened.</summary>
    public EvaluationProgress? Step { get; init; }
}
