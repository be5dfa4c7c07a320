using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What each representation took: seconds and memory.</summary>
internal static class CostSection
{
    private static readonly string[] Stages = ["fit", "embed", "classify"];

    public static XElement? Create(EvaluationReport report) => ReportSection.OfCharts("Cost", "", Charts(report));

    private static IEnumerable<XElement> Charts(EvaluationReport report)
    {
        if (report.Representations.Count == 0) yield break;
        yield return Seconds(report);
        if (report.Representations.Any(result => result.PeakBytes is not null)) yield return Memory(report);
    }

    private static XElement Seconds(EvaluationReport report)
    {
        BarRow[] rows =
        [
            .. report.Representations.Select(result => new BarRow(
                result.Name, [result.Seconds.Fit, result.Seconds.Embed, result.Seconds.Classify], $"{ReportText.Seconds(result.Seconds.Fit + result.Seconds.Embed + result.Seconds.Classify)} s")),
        ];
        var text = new ChartText(
            "Seconds",
            string.Join("; ", report.Representations.Select(result => $"{result.Name} fit {ReportText.Seconds(result.Seconds.Fit)}, embed {ReportText.Seconds(result.Seconds.Embed)}, classify {ReportText.Seconds(result.Seconds.Classify)}")),
            "Fitting what makes the vectors, making them for all entities, and fitting and scoring the classifier on all folds. What is joined counts the parts.");
        var table = new HtmlTable("Wall-clock seconds", ["representation", .. Stages],
            [.. report.Representations.Select(result => (string[])[result.Name, ReportText.Seconds(result.Seconds.Fit), ReportText.Seconds(result.Seconds.Embed), ReportText.Seconds(result.Seconds.Classify)])]);
        return BarChart.Draw(text, "seconds", Stages, rows, table);
    }

    private static XElement Memory(EvaluationReport report)
    {
        (string Name, StageMemory Peak)[] known = [.. report.Representations.Where(result => result.PeakBytes is not null).Select(result => (result.Name, result.PeakBytes!))];
        BarRow[] rows = [.. known.Select(result => Row(result.Name, result.Peak.Most))];
        var text = new ChartText(
            "Peak memory",
            string.Join("; ", rows.Select(row => $"{row.Name} {row.Text}")),
            "The most that the process had resident in any stage, with what earlier stages left in memory.");
        var table = new HtmlTable("Peak resident memory, GB", ["representation", .. Stages],
            [.. known.Select(result => (string[])[result.Name, ReportText.Gigabytes(result.Peak.Fit), ReportText.Gigabytes(result.Peak.Embed), ReportText.Gigabytes(result.Peak.Classify)])]);
        return BarChart.Draw(text, "gigabytes", ["memory"], rows, table);
    }

    private static BarRow Row(string name, long bytes) => new(name, [bytes / 1e9], $"{ReportText.Gigabytes(bytes)} GB");
}
