using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Groups of values with their intervals: of the same things in each group, which a legend names.</summary>
internal static class GroupedIntervalChart
{
    private const int TitleHeight = 22;
    private const int RowHeight = 11;
    private const int Gap = 8;

    public static XElement Draw(ChartText text, ChartAxis axis, IReadOnlyList<IntervalGroup> groups, HtmlTable? table = null)
    {
        var frame = new RowFrame(axis);
        XElement drawing = frame.Draw(text,
        [
            .. groups.Select(group => ((double)TitleHeight + group.Rows.Count * RowHeight + Gap, (Func<double, IEnumerable<XElement>>)(top => Group(frame, group, top)))),
        ]);
        (string Name, int Colour)[] legend = [.. groups.SelectMany(group => group.Rows).Select(row => (row.Name, row.Colour ?? 0)).Distinct()];
        return ChartFigure.Create(text, drawing, legend.Length > 1 ? ChartLegend.OfDots(legend.Select(row => (row.Name, ChartStyle.Colour(row.Colour)))) : null, table);
    }

    private static IEnumerable<XElement> Group(RowFrame frame, IntervalGroup group, double top)
    {
        foreach (XElement title in RowFrame.Titles(top + 15, group.Name, group.Note, "tick")) yield return title;
        for (int i = 0; i < group.Rows.Count; i++)
        {
            IntervalRow row = group.Rows[i];
            double y = top + TitleHeight + (i + 0.5) * RowHeight;
            string colour = ChartStyle.Colour(row.Colour ?? 0);
            yield return Svg.Line(frame.X(row.Low), y, frame.X(row.High), y, $"interval thin {colour}");
            XElement value = Svg.Circle(frame.X(row.Value), y, 4.2, $"marker {colour}");
            value.Add(Svg.Tip($"{group.Name}, {row.Name}: {ReportText.Number(row.Value)}, {ReportText.Range(row.Low, row.High)}"));
            yield return value;
        }
    }
}
