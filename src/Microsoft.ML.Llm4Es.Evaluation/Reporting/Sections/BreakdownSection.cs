using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The metric for few and many events, and for groups of entities.</summary>
internal static class BreakdownSection
{
    public static XElement? Create(EvaluationReport report)
    {
        string[] fields = [.. report.Representations.SelectMany(result => result.Breakdown).Select(slice => slice.Field).Distinct()];
        string introduction = $"Each chart shows {report.Metric} for some of the entities at a time, from the test predictions of all folds together, with 95 % bootstrap intervals. " +
            "Small groups have wide intervals: differences within them may be chance.";
        return ReportSection.OfCharts("For whom it works", introduction, fields.Select(field => Chart(report, field)));
    }

    private static XElement Chart(EvaluationReport report, string field)
    {
        (string Name, MetricSlice Slice, int Colour)[] slices =
        [
            .. report.Representations.SelectMany((result, i) => result.Breakdown.Where(slice => slice.Field == field).Select(slice => (result.Name, slice, i))),
        ];
        IntervalGroup[] groups =
        [
            .. slices.GroupBy(slice => slice.Slice.Value).Select(group => new IntervalGroup(
                group.Key,
                $"{ReportText.Count(group.First().Slice.Entities)} entities",
                [.. group.Select(row => new IntervalRow(row.Name, row.Slice.Metric, row.Slice.Interval?.Low ?? row.Slice.Metric, row.Slice.Interval?.High ?? row.Slice.Metric) { Colour = row.Colour })])),
        ];
        AxisScale scale = AxisScale.Holding(groups.SelectMany(group => group.Rows).SelectMany(row => (double[])[row.Low, row.High]));
        var text = new ChartText(
            $"By {field}",
            $"{report.Metric} by {field}. {string.Join(" ", groups.Select(group => $"{group.Name}: {string.Join(", ", group.Rows.Select(row => $"{row.Name} {ReportText.Number(row.Value)}"))}."))}");
        var table = new HtmlTable(
            $"{report.Metric} by {field}",
            [field, "representation", "entities", report.Metric, "95 % interval"],
            [
                .. slices.Select(row => (string[])
                [
                    row.Slice.Value, row.Name, ReportText.Count(row.Slice.Entities), ReportText.Number(row.Slice.Metric),
                    row.Slice.Interval is { } interval ? ReportText.Range(interval.Low, interval.High) : "",
                ]),
            ]);
        return GroupedIntervalChart.Draw(text, new ChartAxis(report.Metric, scale), groups, table);
    }
}
