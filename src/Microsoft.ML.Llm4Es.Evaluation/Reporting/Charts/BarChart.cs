using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Bars from left to right, each made of one or more parts.</summary>
internal static class BarChart
{
    private const int RowHeight = 42;
    private const int BarHeight = 14;
    private const int Top = 6;
    private const int Axis = 40;
    private const int Left = 14;
    private const int TitleRoom = 38;
    private const int Right = ChartFrame.Width - 18;

    /// <param name="text">What is said of it.</param>
    /// <param name="title">What the lengths are, with their unit.</param>
    /// <param name="parts">What the parts are, in the order in which they are laid end to end.</param>
    /// <param name="rows">The rows, from the top.</param>
    /// <param name="table">The numbers as a table; null for none.</param>
    public static XElement Draw(ChartText text, string title, IReadOnlyList<string> parts, IReadOnlyList<BarRow> rows, HtmlTable? table = null)
    {
        AxisScale scale = AxisScale.Holding([0, .. rows.Select(row => row.Parts.Sum())]);
        double bottom = Top + rows.Count * RowHeight;
        double X(double value) => Left + scale.Place(value) * (Right - Left);
        XElement drawing = ChartFrame.Drawing(text, bottom + Axis,
        [
            .. scale.Ticks.Select(tick => Svg.Line(X(tick), Top, X(tick), bottom, "grid")),
            .. scale.Ticks.Select(tick => Svg.Text(X(tick), bottom + 16, scale.Text(tick), "middle")),
            Svg.Text((Left + Right) / 2.0, bottom + 34, title, "middle", "axis-title"),
            .. rows.SelectMany((row, i) => Row(row, Top + i * RowHeight, parts, X)),
        ]);
        return ChartFigure.Create(text, drawing, parts.Count > 1 ? ChartLegend.OfDots(parts.Select((part, i) => (part, ChartStyle.Colour(i)))) : null, table);
    }

    private static IEnumerable<XElement> Row(BarRow row, double top, IReadOnlyList<string> parts, Func<double, double> x)
    {
        yield return Svg.Text(Left, top + 17, row.Name, style: "row-title", room: TitleRoom);
        yield return Svg.Text(Right, top + 17, row.Text, "end", "row-value");
        double from = 0;
        for (int i = 0; i < row.Parts.Count; i++)
        {
            XElement bar = Svg.Rectangle(x(from), top + 22, x(from + row.Parts[i]) - x(from), BarHeight, $"bar {ChartStyle.Colour(i)}");
            bar.Add(Svg.Tip($"{row.Name}, {parts[i]}: {ReportText.Short(row.Parts[i])}"));
            yield return bar;
            from += row.Parts[i];
        }
    }
}
