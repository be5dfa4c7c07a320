using System.Globalization;
using System.Net;
using System.Text;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A report as one HTML page that refers to nothing outside of itself; light or dark as its reader's system is, and narrow where the screen is.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root { color-scheme: light dark; --text: #1f2328; --muted: #59636e; --line: #d1d9e0; --back: #ffffff; --mark: #0969da; --warn: #9a6700; --warnback: #fff8c5; }
        @media (prefers-color-scheme: dark) { :root { --text: #f0f6fc; --muted: #9198a1; --line: #3d444d; --back: #0d1117; --mark: #4493f8; --warn: #d29922; --warnback: #2a2211; } }
        body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
        .warning { border-left: 4px solid var(--warn); background: var(--warnback); padding: .5rem 1rem; margin: .5rem 0; overflow-wrap: anywhere; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; } caption { text-align: left; color: var(--muted); padding-bottom: .25rem; }
        th, td { border-bottom: 1px solid var(--line); padding: .3rem .7rem; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        th:first-child, td:first-child { text-align: left; } svg { display: block; width: 100%; height: auto; } figure { margin: 0; } figcaption, li { color: var(--muted); }
        svg text { fill: var(--text); font: 13px system-ui, sans-serif; }
        """;

    public static string Write(EvaluationReport report)
    {
        string title = WebUtility.HtmlEncode(ReportText.Title(report));
        var page = new StringBuilder();
        page.Append($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <main>
            <h1>{title}</h1>

            """);
        foreach (string warning in report.Warnings) page.Append($"<p class=\"warning\" role=\"note\"><strong>Warning:</strong> {WebUtility.HtmlEncode(warning)}</p>\n");
        if (report.Representations.Count > 0) page.Append(IntervalChart.Draw(report));
        AppendResults(page, report);
        AppendFolds(page, report);
        if (report.Differences.Count > 0) AppendDifferences(page, report);
        page.Append("<h2>How it was done</h2>\n<ul>\n");
        foreach (string sentence in ReportText.Protocol(report)) page.Append($"<li>{WebUtility.HtmlEncode(sentence)}</li>\n");
        page.Append("</ul>\n</main>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static void AppendResults(StringBuilder page, EvaluationReport report)
    {
        string[] others = [.. report.Representations.SelectMany(result => result.Metrics.Skip(1)).Select(metric => metric.Name).Distinct()];
        page.Append("<h2>Results</h2>\n");
        AppendTable(
            page,
            "Means over test folds, and seconds",
            ["representation", $"{report.Metric}, mean ± sd", "95 % interval", .. others, "fit s", "embed s", "classify s"],
            report.Representations.Select(result => (string[])
            [
                result.Name,
                ReportText.MeanAndDeviation(result.Mean, result.Std),
                result.Interval is { } interval ? ReportText.Range(interval.Low, interval.High) : "",
                .. others.Select(name => result.Metrics.FirstOrDefault(metric => metric.Name == name) is { } metric ? ReportText.MeanAndDeviation(metric.Mean, metric.Std) : ""),
                ReportText.Seconds(result.Seconds.Fit),
                ReportText.Seconds(result.Seconds.Embed),
                ReportText.Seconds(result.Seconds.Classify),
            ]));
    }

    private static void AppendFolds(StringBuilder page, EvaluationReport report)
    {
        page.Append("<h2>Folds</h2>\n");
        int folds = report.Representations.Select(result => result.Folds.Count).DefaultIfEmpty(0).Max();
        AppendTable(
            page,
            $"{report.Metric} on each test fold",
            ["representation", .. Enumerable.Range(1, folds).Select(fold => fold.ToString(CultureInfo.InvariantCulture))],
            report.Representations.Select(result => (string[])[result.Name, .. result.Folds.Select(ReportText.Number)]));
    }

    private static void AppendDifferences(StringBuilder page, EvaluationReport report)
    {
        page.Append("<h2>Differences</h2>\n");
        AppendTable(
            page,
            $"{report.Metric} of the first less that of the second",
            ["first", "second", "difference", "95 % interval", "p"],
            report.Differences.Select(difference => (string[])
            [
                difference.First,
                difference.Second,
                ReportText.Number(difference.Mean),
                ReportText.Range(difference.Low, difference.High),
                ReportText.Probability(difference.PValue),
            ]));
    }

    private static void AppendTable(StringBuilder page, string caption, IEnumerable<string> head, IEnumerable<string[]> rows)
    {
        page.Append($"<div class=\"wide\"><table><caption>{WebUtility.HtmlEncode(caption)}</caption>\n<thead><tr>");
        foreach (string cell in head) page.Append($"<th scope=\"col\">{WebUtility.HtmlEncode(cell)}</th>");
        page.Append("</tr></thead>\n<tbody>\n");
        foreach (string[] row in rows)
        {
            page.Append($"<tr><th scope=\"row\">{WebUtility.HtmlEncode(row[0])}</th>");
            foreach (string cell in row.Skip(1)) page.Append($"<td>{WebUtility.HtmlEncode(cell)}</td>");
            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }
}
