using System.Text;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A report as Markdown.</summary>
internal static class MarkdownReport
{
    public static string Write(EvaluationReport report)
    {
        var text = new StringBuilder($"# {Escaped(ReportText.Title(report))}\n\n");
        foreach (string warning in report.Warnings) text.Append($"> **Warning:** {Escaped(warning)}\n\n");
        AppendResults(text, report);
        if (report.Differences.Count > 0) AppendDifferences(text, report);
        foreach (string sentence in ReportText.Protocol(report)) text.Append($"- {Escaped(sentence)}\n");
        return text.ToString();
    }

    private static void AppendResults(StringBuilder text, EvaluationReport report)
    {
        string[] others = [.. report.Representations.SelectMany(result => result.Metrics.Skip(1)).Select(metric => metric.Name).Distinct()];
        AppendRow(text, ["representation", $"{report.Metric}, mean ± sd", "95 % interval", .. others, "fit s", "embed s", "classify s"]);
        AppendRow(text, Enumerable.Repeat("---", others.Length + 6));
        foreach (RepresentationResult result in report.Representations)
        {
            IEnumerable<string> values = others.Select(name => result.Metrics.FirstOrDefault(metric => metric.Name == name) is { } metric ? ReportText.Number(metric.Mean) : "");
            AppendRow(text,
            [
                result.Name,
                ReportText.MeanAndDeviation(result.Mean, result.Std),
                result.Interval is { } interval ? ReportText.Range(interval.Low, interval.High) : "",
                .. values,
                ReportText.Seconds(result.Seconds.Fit),
                ReportText.Seconds(result.Seconds.Embed),
                ReportText.Seconds(result.Seconds.Classify),
            ]);
        }

        text.Append('\n');
    }

    private static void AppendDifferences(StringBuilder text, EvaluationReport report)
    {
        AppendRow(text, ["difference", report.Metric, "95 % interval", "p"]);
        AppendRow(text, Enumerable.Repeat("---", 4));
        foreach (RepresentationDifference difference in report.Differences)
        {
            AppendRow(text,
            [
                $"{difference.First} less {difference.Second}",
                ReportText.Number(difference.Mean),
                ReportText.Range(difference.Low, difference.High),
                ReportText.Probability(difference.PValue),
            ]);
        }

        text.Append('\n');
    }

    public static void AppendRow(StringBuilder text, IEnumerable<string> cells) => text.Append($"| {string.Join(" | ", cells.Select(Escaped))} |\n");

    public static string Escaped(string value) => value.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
