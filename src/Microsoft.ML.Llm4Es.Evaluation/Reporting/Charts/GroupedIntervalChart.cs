using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Groups of values with their intervals: of the same things in each group, which a legend names.</summary>
internal static class GroupedIntervalChart
{
    private const int TitleHeight = 22;
    private const int RowHeight = 11;
    private const int Gap = 8;
    private const int Top = 4;
    private const int Axis = 40;
    private const int Left = 14;
    private const int TitleRoom = 34;
    private const int Right = ChartFrame.Width - 18;

    public static XElement Draw(ChartText text, ChartAxis axis, IReadOnlyList<IntervalGroup> groups, HtmlTable? table = null)
    {
        double bottom = Top + groups.Sum(Height);
        double X(double value) => Left + axis.Scale.Place(value) * (Right - Left);
        XElement drawing = ChartFrame.Drawing(text, bottom + Axis,
        [
            .. axis.Scale.Ticks.Select(tick => Svg.Line(X(tick), Top, X(tick), bottom, "grid")),
            .. axis.Scale.Ticks.Select(tick => Svg.Text(X(tick), bottom + 16, axis.Scale.Text(tick), "middle")),
            Svg.Text((Left + Right) / 2.0, bottom + 34, axis.Title, "middle", "axis-title"),
            .. groups.SelectMany((group, i) => Group(group, Top + groups.Take(i).Sum(Height), X)),
        ]);
        (string, int)[] legend = [.. groups.SelectMany(group => group.Rows).Select(row => (row.Name, row.Colour ?? 0)).Distinct()];
        return ChartFigure.Create(text, drawing, legend.Length > 1 ? ChartLegend.OfDots(legend.Select(row => (row.Item1, ChartStyle.Colour(row.Item2)))) : null, table);
    }

    private static double Height(IntervalGroup group) => TitleHeight + group.Rows.Count * RowHeight + Gap;

    private static IEnumerable<XElement> Group(IntervalGroup group, double top, Func<double, double> x)
    {
        yield return Svg.Text(Left, top + 15, group.Name, style: "row-title", room: TitleRoom);
        yield return Svg.Text(Right, top + 15, group.Note, "end");
        for (int i = 0; i < group.Rows.Count; i++)
        {
            IntervalRow row = group.Rows[i];
            double y = top + TitleHeight + (i + 0.5) * RowHeight;
            string colour = ChartStyle.Colour(row.Colour ?? 0);
            yield return Svg.Line(x(row.Low), y, x(row.High), y, $"interval thin {colour}");
            XElement value = Svg.Circle(x(row.Value), y, 4.2, $"marker {colour}");
            value.Add(Svg.Tip($"{group.Name}, {row.Name}: {ReportText.Number(row.Value)}, {ReportText.Range(row.Low, row.High)}"));
            yield return value;
        }
    }
}
