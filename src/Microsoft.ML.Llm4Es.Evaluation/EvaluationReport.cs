using System.Text.Encodings.Web;
using System.Text.Json;

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
