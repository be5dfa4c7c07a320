using System.Text.Json.Serialization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>How well a label is predicted from one representation.</summary>
/// <param name="Name">The name of the representation.</param>
/// <param name="Folds">The report's metric on each test fold.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record RepresentationResult(string Name, [property: JsonPropertyOrder(1)] IReadOnlyList<double> Folds, [property: JsonPropertyOrder(2)] StageSeconds Seconds)
{
    /// <summary>Gets the mean of the metric over folds.</summary>
    public double Mean => Folds.Average();

    /// <summary>Gets the standard deviation of the metric over folds, of the folds as the whole population (divided by their number).</summary>
    public double Std => Math.Sqrt(Folds.Average(fold => Math.Pow(fold - Mean, 2)));

    /// <summary>Gets where the mean would lie with other test entities; null where no bootstrap was asked for.</summary>
    [JsonPropertyOrder(3)]
    public BootstrapInterval? Interval { get; init; }

    /// <summary>Gets all that was measured, the report's metric first.</summary>
    [JsonPropertyOrder(4)]
    public IReadOnlyList<MetricResult> Metrics { get; init; } = [];
}
