namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What an experiment found.</summary>
public sealed class ExperimentResult : IDisposable
{
    internal ExperimentResult()
    {
    }

    /// <summary>Gets what trials were compared by: <c>AUC</c> for two classes, <c>accuracy</c> for more, <c>R2</c> for a number.</summary>
    public required string Metric { get; init; }

    /// <summary>Gets the best trial. Its score is that by which it was chosen, and so too good on average; <see cref="HeldOut"/> is the honest one.</summary>
    public required TrialResult BestTrial { get; init; }

    /// <summary>Gets all trials, in the order in which they were run.</summary>
    public required IReadOnlyList<TrialResult> Trials { get; init; }

    /// <summary>Gets what the best trial reaches on the fold that played no part in its choice.</summary>
    public required HeldOutEstimate HeldOut { get; init; }

    /// <summary>Gets why no more trials were started.</summary>
    public required ExperimentEnd End { get; init; }

    /// <summary>
    /// Gets the best pipeline, fitted on all entities: it reads grouped events and appends <c>Text</c>, <c>Embedding</c>, <c>Features</c> and what the trainer
    /// appends, such as <c>Score</c>. It needs no labels. Disposed with the result.
    /// </summary>
    public required ITransformer Model { get; init; }

    /// <summary>Gets the file of <see cref="Model"/>, for <c>MLContext.Model.Load</c>.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Gets the file of the report: an HTML page with the trials, the best one and what each setting gave, without references to others.</summary>
    public required string ReportPath { get; init; }

    /// <summary>Gets what may make the figures better than they will be in use.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Frees the model.</summary>
    public void Dispose() => (Model as IDisposable)?.Dispose();
}
