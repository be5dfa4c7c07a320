using System.Globalization;
using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What was measured of each representation, and how they differ.</summary>
internal static class ResultsSection
{
    public static XElement Create(EvaluationReport report) => new("section",
        new XElement("h2", "Results"),
        new XElement("div", new XAttribute("class", "card"), Table(report).ToElement()),
        report.Representations.Count == 0 ? null : new XElement("div", new XAttribute("class", "charts"), Means(report), report.Differences.Count > 0 ? Differences(report) : null));

    private static HtmlTable Table(EvaluationReport report)
    {
        string[] others = ReportText.OtherMetrics(report);
        return new HtmlTable(
            "Means and standard deviations over test folds",
            ["representation", $"{report.Metric}, mean ± sd", "95 % interval", .. others],
            [
                .. report.Representations.Select(result => (string[])
                [
                    result.Name,
                    ReportText.MeanAndDeviation(result.Mean, result.Std),
                    result.Interval is { } interval ? ReportText.Range(interval.Low, interval.High) : "",
                    .. others.Select(name => result.Metrics.FirstOrDefault(metric => metric.Name == name) is { } metric ? ReportText.MeanAndDeviation(metric.Mean, metric.Std) : ""),
                ]),
            ]);
    }

    private static XElement Means(EvaluationReport report)
    {
        IntervalRow[] rows =
        [
            .. report.Representations.Select(result => new IntervalRow(
                result.Name, result.Mean, result.Interval?.Low ?? result.Mean - result.Std, result.Interval?.High ?? result.Mean + result.Std) { Points = result.Folds }),
        ];
        string what = report.Representations[0].Interval is null ? "standard deviation over folds" : "95 % bootstrap interval";
        var text = new ChartText(
            $"{report.Metric} on test folds",
            string.Join("; ", rows.Select(row => $"{row.Name} {ReportText.Number(row.Value)}, {ReportText.Range(row.Low, row.High)}")),
            $"Mean (filled), {what} (line) and folds (rings). Higher is better.");
        int folds = report.Representations.Max(result => result.Folds.Count);
        var table = new HtmlTable(
            $"{report.Metric} on each test fold",
            ["representation", .. Enumerable.Range(1, folds).Select(fold => fold.ToString(CultureInfo.InvariantCulture))],
            [.. report.Representations.Select(result => (string[])[result.Name, .. result.Folds.Select(ReportText.Number)])]);
        AxisScale scale = AxisScale.Holding(rows.SelectMany(row => (double[])[row.Low, row.High, .. row.Points]));
        return IntervalChart.Draw(text, new ChartAxis(report.Metric, scale), rows, table: table);
    }

    private static XElement Differences(EvaluationReport report)
    {
        IntervalRow[] rows =
        [
            .. report.Differences.Select(difference => new IntervalRow($"{difference.First} less {difference.Second}", difference.Mean, difference.Low, difference.High)
            {
                Colour = 0,
                Text = $"p {ReportText.Probability(difference.PValue)}",
            }),
        ];
        var text = new ChartText(
            $"Differences in {report.Metric}",
            string.Join("; ", report.Differences.Select(difference => $"{difference.First} less {difference.Second} {ReportText.Number(difference.Mean)}, p {ReportText.Probability(difference.PValue)}")),
            "Mean over folds and its 95 % interval by the corrected resampled t-test. An interval that holds 0 may be chance.");
        var table = new HtmlTable(
            $"{report.Metric} of the first less that of the second",
            ["first", "second", "difference", "95 % interval", "p"],
            [
                .. report.Differences.Select(difference => (string[])
                [
                    difference.First,
                    difference.Second,
                    ReportText.Number(difference.Mean),
                    ReportText.Range(difference.Low, difference.High),
                    ReportText.Probability(difference.PValue),
                ]),
            ]);
        AxisScale scale = AxisScale.Holding([0, .. rows.SelectMany(row => (double[])[row.Low, row.High])], 4);
        return IntervalChart.Draw(text, new ChartAxis($"difference in {report.Metric}", scale), rows, reference: 0, table);
    }
}
