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

    /// <summary>Gets the most memory that was resident in each stage; null where it is not known.</summary>
    [JsonPropertyOrder(5)]
    public StageMemory? PeakBytes { get; init; }

    /// <summary>Gets how predictions compare with what was so, in bins of equal width; of numbers in bins of equally many entities. Empty without probabilities.</summary>
    [JsonPropertyOrder(6)]
    public IReadOnlyList<CalibrationBin> Calibration { get; init; } = [];

    /// <summary>Gets the metric of some of the entities at a time: by their number of events, and by the columns that were asked for.</summary>
    [JsonPropertyOrder(7)]
    public IReadOnlyList<MetricSlice> Breakdown { get; init; } = [];

    /// <summary>Gets how each training of a language model went: one, or one a fold. Empty where nothing is trained, or where it is not noted.</summary>
    [JsonPropertyOrder(8)]
    public IReadOnlyList<IReadOnlyList<TrainingPoint>> Training { get; init; } = [];

    /// <summary>Gets what was predicted of each entity when it was tested; null where it is not known.</summary>
    [JsonIgnore]
    public EntityPredictions? Predictions { get; init; }

    /// <summary>Gets the vectors in two dimensions, of the first fold where each fold has its own; null where there are none.</summary>
    [JsonIgnore]
    public EmbeddingMap? Map { get; init; }
}
