using System.Globalization;
using System.Text;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A report as Markdown.</summary>
internal static class MarkdownReport
{
    public static string Write(EvaluationReport report)
    {
        var text = new StringBuilder($"# {Escaped(ReportText.Title(report))}\n\n");
        foreach (string warning in report.Warnings) text.Append($"> **Warning:** {Escaped(warning)}\n\n");
        if (report.Representations.Count > 1) text.Append($"{Escaped(ReportText.Finding(report))}\n\n");
        AppendResults(text, report);
        if (report.Representations.Count > 0) AppendFolds(text, report);
        if (report.Differences.Count > 0) AppendDifferences(text, report);
        if (report.Representations.Any(result => result.Breakdown.Count > 0)) AppendBreakdown(text, report);
        AppendRun(text, report, ReportText.Protocol(report));
        return text.ToString();
    }

    private static void AppendResults(StringBuilder text, EvaluationReport report)
    {
        string[] others = ReportText.OtherMetrics(report);
        AppendRow(text, ["representation", $"{report.Metric}, mean ± sd", "95 % interval", .. others, "fit s", "embed s", "classify s", "peak GB"]);
        AppendRow(text, Enumerable.Repeat("---", others.Length + 7));
        foreach (RepresentationResult result in report.Representations)
        {
            IEnumerable<string> values = others.Select(name => result.Metrics.FirstOrDefault(metric => metric.Name == name) is { } metric ? ReportText.MeanAndDeviation(metric.Mean, metric.Std) : "");
            AppendRow(text,
            [
                result.Name,
                ReportText.MeanAndDeviation(result.Mean, result.Std),
                result.Interval is { } interval ? ReportText.Range(interval.Low, interval.High) : "",
                .. values,
                ReportText.Seconds(result.Seconds.Fit),
                ReportText.Seconds(result.Seconds.Embed),
                ReportText.Seconds(result.Seconds.Classify),
                result.PeakBytes is { } peak ? ReportText.Gigabytes(peak.Most) : "",
            ]);
        }

        text.Append('\n');
    }

    private static void AppendFolds(StringBuilder text, EvaluationReport report)
    {
        int folds = report.Representations.Max(result => result.Folds.Count);
        AppendRow(text, [$"{report.Metric} on each test fold", .. Enumerable.Range(1, folds).Select(fold => fold.ToString(CultureInfo.InvariantCulture))]);
        AppendRow(text, Enumerable.Repeat("---", folds + 1));
        foreach (RepresentationResult result in report.Representations) AppendRow(text, [result.Name, .. result.Folds.Select(ReportText.Number)]);
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

    private static void AppendBreakdown(StringBuilder text, EvaluationReport report)
    {
        AppendRow(text, [$"{report.Metric} by", "", "entities", .. report.Representations.Select(result => result.Name)]);
        AppendRow(text, Enumerable.Repeat("---", 3 + report.Representations.Count));
        foreach (IGrouping<(string Field, string Value), MetricSlice> slices in report.Representations.SelectMany(result => result.Breakdown).GroupBy(slice => (slice.Field, slice.Value)))
        {
            IEnumerable<string> values = report.Representations.Select(result =>
                result.Breakdown.FirstOrDefault(slice => (slice.Field, slice.Value) == slices.Key) is { } slice ? ReportText.Number(slice.Metric) : "");
            AppendRow(text, [slices.Key.Field, slices.Key.Value, ReportText.Count(slices.First().Entities), .. values]);
        }

        text.Append('\n');
    }

    /// <summary>How it was done, and what was run.</summary>
    public static void AppendRun(StringBuilder text, IReportedRun report, IEnumerable<string> protocol)
    {
        foreach (string sentence in protocol) text.Append($"- {Escaped(sentence)}\n");
        text.Append('\n');
        foreach ((string name, string value) in ReportText.Run(report)) text.Append($"- {name}: {Escaped(value)}\n");
    }

    public static void AppendRow(StringBuilder text, IEnumerable<string> cells) => text.Append($"| {string.Join(" | ", cells.Select(Escaped))} |\n");

    public static string Escaped(string value) => value.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
