namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What the best trial reaches on the fold that played no part in its choice, with a classifier trained on all other folds.</summary>
/// <param name="Fold">The fold, from 0.</param>
/// <param name="Entities">The number of its entities.</param>
/// <param name="Metrics">All that was measured, the metric of the choice first.</param>
/// <param name="Interval">Where the first metric would lie with other test entities; null where no bootstrap was asked for.</param>
public sealed record HeldOutEstimate(int Fold, int Entities, IReadOnlyList<MetricResult> Metrics, BootstrapInterval? Interval)
{
    /// <summary>Gets the metric by which the choice was made.</summary>
    public double Score => Metrics[0].Mean;
}
