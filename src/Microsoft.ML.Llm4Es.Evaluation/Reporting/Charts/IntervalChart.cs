using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Values with their intervals, a row each.</summary>
internal static class IntervalChart
{
    private const int RowHeight = 42;
    private const int Top = 6;
    private const int Axis = 40;
    private const int Left = 14;
    private const int TitleRoom = 38;
    private const int Right = ChartFrame.Width - 18;

    /// <param name="text">What is said of it.</param>
    /// <param name="axis">What the numbers are.</param>
    /// <param name="rows">The rows, from the top.</param>
    /// <param name="reference">A number to compare with, such as 0 for differences; null for none.</param>
    /// <param name="table">The numbers as a table; null for none.</param>
    public static XElement Draw(ChartText text, ChartAxis axis, IReadOnlyList<IntervalRow> rows, double? reference = null, HtmlTable? table = null)
    {
        double bottom = Top + rows.Count * RowHeight;
        double X(double value) => Left + axis.Scale.Place(value) * (Right - Left);
        object[] grid =
        [
            .. axis.Scale.Ticks.Select(tick => Svg.Line(X(tick), Top, X(tick), bottom, "grid")),
            .. axis.Scale.Ticks.Select(tick => Svg.Text(X(tick), bottom + 16, axis.Scale.Text(tick), "middle")),
            Svg.Text((Left + Right) / 2.0, bottom + 34, axis.Title, "middle", "axis-title"),
        ];
        XElement? line = reference is { } number ? Svg.Line(X(number), Top, X(number), bottom, "zero") : null;
        XElement drawing = ChartFrame.Drawing(text, bottom + Axis, [.. grid, line!, .. rows.SelectMany((row, i) => Row(row, i, X))]);
        return ChartFigure.Create(text, drawing, legend: null, table);
    }

    private static IEnumerable<XElement> Row(IntervalRow row, int index, Func<double, double> x)
    {
        double y = Top + index * RowHeight + 29;
        string colour = ChartStyle.Colour(row.Colour ?? index);
        yield return Svg.Text(Left, y - 12, row.Name, style: "row-title", room: TitleRoom);
        yield return Svg.Text(Right, y - 12, row.Text ?? ReportText.Number(row.Value), "end", "row-value");
        yield return Svg.Line(x(row.Low), y, x(row.High), y, $"interval {colour}");
        foreach (double point in row.Points) yield return Svg.Circle(x(point), y, 3, $"ring {colour}");
        XElement value = Svg.Circle(x(row.Value), y, 5.5, $"marker {colour}");
        value.Add(Svg.Tip($"{row.Name}: {ReportText.Number(row.Value)}, {ReportText.Range(row.Low, row.High)}"));
        yield return value;
    }
}
