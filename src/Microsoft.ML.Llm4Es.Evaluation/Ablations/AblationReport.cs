namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What an ablation found.</summary>
/// <param name="Name">The ablation, such as <c>tuning</c>.</param>
/// <param name="Label">The name of the label column.</param>
/// <param name="Metric"><c>AUC</c> (area under the ROC curve) for two classes, <c>accuracy</c> for more, <c>R2</c> for a number.</param>
/// <param name="Entities">The number of entities.</param>
/// <param name="Events">The number of their events.</param>
/// <param name="Seeds">The seeds.</param>
/// <param name="Variants">A result for each variant; the first is what the others are compared with.</param>
public sealed record AblationReport(string Name, string Label, string Metric, int Entities, long Events, IReadOnlyList<int> Seeds, IReadOnlyList<AblationResult> Variants) : IReportedRun
{
    /// <summary>Gets what the variants' positions are, for the chart.</summary>
    public string PositionName { get; init; } = "";

    /// <summary>Gets how it was judged; null where it is not known.</summary>
    public EvaluationProtocol? Protocol { get; init; }

    /// <summary>Gets what it ran on; null where it is not known.</summary>
    public EvaluationEnvironment? Environment { get; init; }

    /// <summary>Gets when it started; null where it is not known.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>Gets the command that repeats it; null where there is none.</summary>
    public string? Command { get; init; }

    /// <summary>Gets a fingerprint of events, labels and folds: reports with the same one are of the same data. Null where it is not known.</summary>
    public string? DataFingerprint { get; init; }

    /// <summary>Gets what was done with the texts or the model beside what the variants' names say, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Gets what may make the figures better than they will be in use.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// Writes the report, in the format that the file's name ends in: <c>.json</c> for programs, <c>.csv</c> with a row for each variant, seed and fold,
    /// <c>.md</c> for a text in Markdown, <c>.html</c> for a page with charts and without references to others. A file of that name is replaced at once, and never half written.
    /// </summary>
    /// <param name="path">The file, such as <c>ablation.json</c>; its folder is made where it is missing.</param>
    /// <exception cref="ArgumentException">The name ends otherwise.</exception>
    public void Save(string path) => ReportFile.Write(path, extension => extension switch
    {
        ".json" => JsonReport.Write(this),
        ".csv" => AblationText.Csv(this),
        ".md" => AblationText.Markdown(this),
        ".html" => AblationPage.Write(this),
        _ => null,
    });
}
