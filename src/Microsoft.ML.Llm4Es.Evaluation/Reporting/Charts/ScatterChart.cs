using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Points over two axes.</summary>
internal static class ScatterChart
{
    private const double Radius = 2.4;

    /// <param name="text">What is said of it.</param>
    /// <param name="x">The axis from left to right.</param>
    /// <param name="y">The axis from the bottom up.</param>
    /// <param name="points">The points.</param>
    /// <param name="legend">What the colours mean; null for nothing.</param>
    /// <param name="lines">Lines to compare the points with, drawn thin.</param>
    /// <param name="table">The numbers, for those who cannot see the points; null for none.</param>
    public static XElement Draw(
        ChartText text, ChartAxis x, ChartAxis y, IEnumerable<ScatterPoint> points, XElement? legend = null, IReadOnlyList<LineSeries>? lines = null, HtmlTable? table = null)
    {
        var frame = new ChartFrame(x, y);
        XElement drawing = frame.Draw(text,
        [
            .. (lines ?? []).Select(line => Svg.Path(line.Points.Select(frame.Place), "reference")),
            .. points.Select(point => Svg.Circle(frame.X(point.X), frame.Y(point.Y), Radius, $"dot {point.Style}")),
        ]);
        return ChartFigure.Create(text, drawing, legend, table);
    }
}
