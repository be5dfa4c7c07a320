namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The report's metric for some of the entities, from the test predictions of all folds together.</summary>
/// <param name="Field">What these entities have in common, such as the number of their events.</param>
/// <param name="Value">Its value or range.</param>
/// <param name="Entities">How many entities.</param>
/// <param name="Metric">The report's metric for them.</param>
public sealed record MetricSlice(string Field, string Value, int Entities, double Metric)
{
    /// <summary>Gets where the metric would lie with other entities of the same kind; null where no bootstrap was asked for.</summary>
    public BootstrapInterval? Interval { get; init; }
}
