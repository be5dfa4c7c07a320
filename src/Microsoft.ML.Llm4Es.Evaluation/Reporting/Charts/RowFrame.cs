using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The place in which a chart of rows is drawn: one axis below them, with its grid, and where a number lies on it.</summary>
/// <param name="axis">The axis from left to right.</param>
internal sealed class RowFrame(ChartAxis axis)
{
    /// <summary>Where rows start.</summary>
    public const int Left = 14;

    /// <summary>Where rows end.</summary>
    public const int Right = ChartFrame.Width - 18;

    /// <summary>How many characters a row's title has room for, beside what is written at its right.</summary>
    public const int TitleRoom = 36;

    private const int Top = 6;
    private const int AxisHeight = 40;

    public double X(double value) => Left + axis.Scale.Place(value) * (Right - Left);

    /// <summary>The drawing: rows of these heights, below one another.</summary>
    /// <param name="text">What is said of it.</param>
    /// <param name="rows">The height of each row, and its parts, given where it begins.</param>
    /// <param name="reference">A number to compare with; null for none.</param>
    public XElement Draw(ChartText text, IReadOnlyList<(double Height, Func<double, IEnumerable<XElement>> Parts)> rows, double? reference = null)
    {
        double bottom = Top + rows.Sum(row => row.Height);
        var parts = new List<XElement>();
        foreach (double tick in axis.Scale.Ticks)
        {
            parts.Add(Svg.Line(X(tick), Top, X(tick), bottom, "grid"));
            parts.Add(Svg.Text(X(tick), bottom + 16, axis.Scale.Text(tick), "middle"));
        }

        parts.Add(Svg.Text((Left + Right) / 2.0, bottom + 34, axis.Title, "middle", "axis-title"));
        if (reference is { } number) parts.Add(Svg.Line(X(number), Top, X(number), bottom, "zero"));
        double top = Top;
        foreach ((double height, Func<double, IEnumerable<XElement>> row) in rows)
        {
            parts.AddRange(row(top));
            top += height;
        }

        return ChartFrame.Drawing(text, bottom + AxisHeight, parts);
    }

    /// <summary>What stands above a row.</summary>
    public static IEnumerable<XElement> Titles(double y, string title, string value, string valueStyle = "row-value") =>
        [Svg.Text(Left, y, title, style: "row-title", room: TitleRoom), Svg.Text(Right, y, value, "end", valueStyle)];
}
