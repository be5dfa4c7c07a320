using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Values with their intervals, a row each.</summary>
internal static class IntervalChart
{
    private const int RowHeight = 42;

    /// <param name="text">What is said of it.</param>
    /// <param name="axis">What the numbers are.</param>
    /// <param name="rows">The rows, from the top.</param>
    /// <param name="reference">A number to compare with, such as 0 for differences; null for none.</param>
    /// <param name="table">The numbers as a table; null for none.</param>
    public static XElement Draw(ChartText text, ChartAxis axis, IReadOnlyList<IntervalRow> rows, double? reference = null, HtmlTable? table = null)
    {
        var frame = new RowFrame(axis);
        XElement drawing = frame.Draw(text, [.. rows.Select((row, i) => ((double)RowHeight, (Func<double, IEnumerable<XElement>>)(top => Row(frame, row, i, top))))], reference);
        return ChartFigure.Create(text, drawing, legend: null, table);
    }

    private static IEnumerable<XElement> Row(RowFrame frame, IntervalRow row, int index, double top)
    {
        double y = top + 29;
        string colour = ChartStyle.Colour(row.Colour ?? index);
        XElement value = Svg.Circle(frame.X(row.Value), y, 5.5, $"marker {colour}");
        value.Add(Svg.Tip($"{row.Name}: {ReportText.Number(row.Value)}, {ReportText.Range(row.Low, row.High)}"));
        return
        [
            .. RowFrame.Titles(y - 12, row.Name, row.Text ?? ReportText.Number(row.Value)),
            Svg.Line(frame.X(row.Low), y, frame.X(row.High), y, $"interval {colour}"),
            .. row.Points.Select(point => Svg.Circle(frame.X(point), y, 3, $"ring {colour}")),
            value,
        ];
    }
}
