using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>How well a label is predicted from each of some representations.</summary>
/// <param name="Label">The name of the label column.</param>
/// <param name="Metric"><c>AUC</c> (area under the ROC curve) for two classes, <c>accuracy</c> for more.</param>
/// <param name="Entities">The number of entities.</param>
/// <param name="Events">The number of their events.</param>
/// <param name="Representations">A result for each representation, in the order in which they were asked for.</param>
public sealed record EvaluationReport(string Label, string Metric, int Entities, long Events, IReadOnlyList<RepresentationResult> Representations)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the report as JSON; a file of that name is replaced at once, and never half written.</summary>
    /// <param name="path">The file, such as <c>metrics.json</c>; its folder is made where it is missing.</param>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        string partial = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllText(partial, JsonSerializer.Serialize(this, Format) + "\n");
            File.Move(partial, full, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}

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

/// <summary>Wall-clock seconds of the stages of an evaluation.</summary>
/// <param name="Fit">Fitting what makes the vectors.</param>
/// <param name="Embed">Making the vector of every entity.</param>
/// <param name="Classify">Fitting and scoring the classifier on all folds.</param>
public sealed record StageSeconds(double Fit, double Embed, double Classify);
