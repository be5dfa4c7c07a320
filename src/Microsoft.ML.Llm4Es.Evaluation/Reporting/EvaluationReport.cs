using System.Text.Json.Serialization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>How well a label is predicted from each of some representations.</summary>
/// <param name="Label">The name of the label column.</param>
/// <param name="Metric"><c>AUC</c> (area under the ROC curve) for two classes, <c>accuracy</c> for more, <c>R2</c> for a number.</param>
/// <param name="Entities">The number of entities.</param>
/// <param name="Events">The number of their events.</param>
/// <param name="Representations">A result for each representation, in the order in which they were asked for.</param>
public sealed record EvaluationReport(string Label, string Metric, int Entities, long Events, IReadOnlyList<RepresentationResult> Representations) : IReportedRun
{
    /// <summary>Gets how each representation compares with each later one.</summary>
    public IReadOnlyList<RepresentationDifference> Differences { get; init; } = [];

    /// <summary>Gets how the evaluation was done; null where it is not known.</summary>
    public EvaluationProtocol? Protocol { get; init; }

    /// <summary>Gets what it ran on; null where it is not known.</summary>
    public EvaluationEnvironment? Environment { get; init; }

    /// <summary>Gets when it started; null where it is not known.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>Gets the command that repeats it; null where there is none.</summary>
    public string? Command { get; init; }

    /// <summary>Gets a fingerprint of events, labels and folds: reports with the same one are of the same data. Null where it is not known.</summary>
    public string? DataFingerprint => Evaluated?.Fingerprint;

    /// <summary>Gets what is known of the entities, in their order, which is that of <see cref="RepresentationResult.Predictions"/>; null where it is not known.</summary>
    [JsonIgnore]
    public EvaluatedEntities? Evaluated { get; init; }

    IReadOnlyList<int> IReportedRun.Seeds => Protocol is { } protocol ? [protocol.Seed] : [];

    /// <summary>Gets what may make the figures better than they will be in use.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// Writes the report, in the format that the file's name ends in: <c>.json</c> for programs, <c>.csv</c> with a row for each figure of a representation,
    /// <c>.md</c> for a text in Markdown, <c>.html</c> for a page without references to others. A file of that name is replaced at once, and never half written.
    /// </summary>
    /// <param name="path">The file, such as <c>metrics.json</c>; its folder is made where it is missing.</param>
    /// <exception cref="ArgumentException">The name ends otherwise.</exception>
    public void Save(string path)
    {
        ReportFile.Write(path, extension => extension switch
        {
            ".json" => JsonReport.Write(this),
            ".csv" => CsvReport.Write(this),
            ".md" => MarkdownReport.Write(this),
            ".html" => HtmlReport.Write(this),
            _ => null,
        });
    }
}
