using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Bars from left to right, each made of one or more parts.</summary>
internal static class BarChart
{
    private const int RowHeight = 42;
    private const int BarHeight = 14;

    /// <param name="text">What is said of it.</param>
    /// <param name="title">What the lengths are, with their unit.</param>
    /// <param name="parts">What the parts are, in the order in which they are laid end to end.</param>
    /// <param name="rows">The rows, from the top.</param>
    /// <param name="table">The numbers as a table; null for none.</param>
    public static XElement Draw(ChartText text, string title, IReadOnlyList<string> parts, IReadOnlyList<BarRow> rows, HtmlTable? table = null)
    {
        var frame = new RowFrame(new ChartAxis(title, AxisScale.Holding([0, .. rows.Select(row => row.Parts.Sum())])));
        XElement drawing = frame.Draw(text, [.. rows.Select(row => ((double)RowHeight, (Func<double, IEnumerable<XElement>>)(top => Row(frame, row, parts, top))))]);
        return ChartFigure.Create(text, drawing, parts.Count > 1 ? ChartLegend.OfDots(parts.Select((part, i) => (part, ChartStyle.Colour(i)))) : null, table);
    }

    private static IEnumerable<XElement> Row(RowFrame frame, BarRow row, IReadOnlyList<string> parts, double top)
    {
        foreach (XElement title in RowFrame.Titles(top + 17, row.Name, row.Text)) yield return title;
        double from = 0;
        for (int i = 0; i < row.Parts.Count; i++)
        {
            XElement bar = Svg.Rectangle(frame.X(from), top + 22, frame.X(from + row.Parts[i]) - frame.X(from), BarHeight, $"bar {ChartStyle.Colour(i)}");
            bar.Add(Svg.Tip($"{row.Name}, {parts[i]}: {ReportText.Short(row.Parts[i])}"));
            yield return bar;
            from += row.Parts[i];
        }
    }
}
