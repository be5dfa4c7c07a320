using System.Text.Json.Serialization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>How well a label is predicted from one representation.</summary>
/// <param name="Name">The name of the representation.</param>
/// <param name="Folds">The metric on each test fold.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record RepresentationResult(string Name, [property: JsonPropertyOrder(1)] IReadOnlyList<double> Folds, [property: JsonPropertyOrder(2)] StageSeconds Seconds)
{
    /// <summary>Gets the mean of the metric over folds.</summary>
    public double Mean => Folds.Average();

    /// <summary>Gets the standard deviation of the metric over folds, of the folds as the whole population (divided by their number).</summary>
    public double Std => Math.Sqrt(Folds.Average(fold => Math.Pow(fold - Mean, 2)));
}
