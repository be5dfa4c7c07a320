using System.Text.Json.Serialization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>How well a label is predicted by one variant of an ablation.</summary>
/// <param name="Name">The variant.</param>
/// <param name="Seeds">For each seed the metric on each test fold, <c>[seeds][folds]</c>.</param>
/// <param name="Seconds">How long it took, a seed. Variants that share a representation each have the whole of it.</param>
public sealed record AblationResult(string Name, [property: JsonPropertyOrder(1)] IReadOnlyList<IReadOnlyList<double>> Seeds, [property: JsonPropertyOrder(2)] StageSeconds Seconds)
{
    /// <summary>Gets the mean over seeds and folds.</summary>
    public double Mean => Folds.Average();

    /// <summary>Gets the standard deviation over folds of <see cref="Folds"/>, as the whole population: how much it matters who is tested.</summary>
    public double FoldStd => Deviation(Folds, Folds.Count);

    /// <summary>Gets the standard deviation over seeds of the mean over folds, of the seeds as a sample: how much is luck of the draw. Null with one seed.</summary>
    public double? SeedStd => Seeds.Count < 2 ? null : Deviation([.. Seeds.Select(folds => folds.Average())], Seeds.Count - 1);

    /// <summary>Gets the metric on each test fold, the mean over seeds.</summary>
    [JsonIgnore]
    public IReadOnlyList<double> Folds => [.. Enumerable.Range(0, Seeds[0].Count).Select(fold => Seeds.Average(folds => folds[fold]))];

    /// <summary>Gets how it compares with the first variant on the same folds, seeds averaged; null for the first itself.</summary>
    [JsonPropertyOrder(3)]
    public RepresentationDifference? Difference { get; init; }

    /// <summary>Gets the line of the chart, see <see cref="AblationVariant.Line"/>.</summary>
    [JsonPropertyOrder(4)]
    public string Line { get; init; } = "";

    /// <summary>Gets the place on it, see <see cref="AblationVariant.Position"/>.</summary>
    [JsonPropertyOrder(5)]
    public double? Position { get; init; }

    private static double Deviation(IReadOnlyList<double> values, int divisor)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / divisor);
    }
}
