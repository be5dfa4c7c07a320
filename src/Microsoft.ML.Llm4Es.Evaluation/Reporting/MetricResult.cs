using System.Text.Json.Serialization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Something that was measured on each test fold.</summary>
/// <param name="Name">What was measured, such as <c>AUC</c> or <c>log-loss</c>.</param>
/// <param name="Folds">Its value on each test fold.</param>
public sealed record MetricResult(string Name, [property: JsonPropertyOrder(1)] IReadOnlyList<double> Folds)
{
    /// <summary>Gets the mean over folds.</summary>
    public double Mean => Folds.Average();

    /// <summary>Gets the standard deviation over folds, of the folds as the whole population (divided by their number).</summary>
    public double Std => Math.Sqrt(Folds.Average(fold => Math.Pow(fold - Mean, 2)));
}
