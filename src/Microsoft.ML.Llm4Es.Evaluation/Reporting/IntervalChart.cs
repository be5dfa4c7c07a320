using System.Globalization;
using System.Net;
using System.Text;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The means of a report's representations with their intervals, as a drawing in SVG.</summary>
internal static class IntervalChart
{
    private const int Width = 640;
    private const int RowHeight = 44;
    private const int Margin = 16;
    private const int Axis = 24;
    private const int Ticks = 4;

    public static string Draw(EvaluationReport report)
    {
        (RepresentationResult Result, double Low, double High)[] rows =
        [
            .. report.Representations.Select(result => (result, result.Interval?.Low ?? result.Mean - result.Std, result.Interval?.High ?? result.Mean + result.Std)),
        ];
        double low = rows.Min(row => Math.Min(row.Low, row.Result.Folds.Min()));
        double high = rows.Max(row => Math.Max(row.High, row.Result.Folds.Max()));
        // A single value has no range of its own.
        if (high <= low) (low, high) = (low - 0.01, high + 0.01);
        double X(double value) => Margin + (value - low) / (high - low) * (Width - 2 * Margin);

        int height = rows.Length * RowHeight + Axis;
        string what = report.Representations[0].Interval is null ? "standard deviation over folds" : "95 % bootstrap interval";
        string description = string.Join("; ", rows.Select(row => $"{row.Result.Name} {ReportText.Number(row.Result.Mean)}, {ReportText.Range(row.Low, row.High)}"));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<figure><svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode($"{report.Metric}: {description}")}\">\n");
        for (int tick = 0; tick <= Ticks; tick++)
        {
            double value = low + tick * (high - low) / Ticks;
            string anchor = tick == 0 ? "start" : tick == Ticks ? "end" : "middle";
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(value):F1}\" x2=\"{X(value):F1}\" y1=\"0\" y2=\"{height - Axis}\" stroke=\"var(--line)\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(value):F1}\" y=\"{height - 6}\" text-anchor=\"{anchor}\">{value:F3}</text>\n");
        }

        for (int i = 0; i < rows.Length; i++)
        {
            int y = i * RowHeight + 32;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin}\" y=\"{y - 14}\">{WebUtility.HtmlEncode(rows[i].Result.Name)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(rows[i].Low):F1}\" x2=\"{X(rows[i].High):F1}\" y1=\"{y}\" y2=\"{y}\" stroke=\"var(--mark)\" stroke-width=\"3\"/>");
            foreach (double fold in rows[i].Result.Folds) svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(fold):F1}\" cy=\"{y}\" r=\"3\" fill=\"none\" stroke=\"var(--muted)\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(rows[i].Result.Mean):F1}\" cy=\"{y}\" r=\"6\" fill=\"var(--mark)\"/>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"</svg>\n<figcaption>{report.Metric}: mean (filled), {what} (line) and folds (rings). Higher is better.</figcaption></figure>\n");
        return svg.ToString();
    }
}
