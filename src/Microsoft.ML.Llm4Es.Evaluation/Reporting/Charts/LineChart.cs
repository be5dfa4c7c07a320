using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Lines over two axes, with bands and markers.</summary>
internal static class LineChart
{
    public static XElement Draw(ChartText text, ChartAxis x, ChartAxis y, IReadOnlyList<LineSeries> series, HtmlTable? table = null)
    {
        var frame = new ChartFrame(x, y);
        LineSeries[] shown = [.. series.Where(line => !line.IsReference)];
        int Colour(LineSeries line) => line.Colour ?? Array.IndexOf(shown, line);

        XElement drawing = frame.Draw(text,
        [
            .. series.Where(line => line.IsReference).Select(line => Svg.Path(line.Points.Select(frame.Place), "reference")),
            .. shown.Where(line => line.Band.Count > 0).Select(line => Svg.Path(Outline(frame, line.Band), $"band {ChartStyle.Colour(Colour(line))}", isClosed: true)),
            .. shown.Select(line => Svg.Path(Thinned(line.Points.Select(frame.Place)), $"line {ChartStyle.Colour(Colour(line))} {ChartStyle.Dash(Colour(line))}")),
            .. shown.SelectMany(line => Markers(frame, line, x, y, ChartStyle.Colour(Colour(line)))),
        ]);
        return ChartFigure.Create(text, drawing, ChartLegend.OfLines(shown.Select(line => (line.Name, Colour(line))).Distinct()), table);
    }

    /// <summary>Of the points in one column of pixels the first and the last, which look as all do.</summary>
    private static IEnumerable<(double X, double Y)> Thinned(IEnumerable<(double X, double Y)> points)
    {
        (double X, double Y)? held = null;
        double column = double.NaN;
        foreach ((double X, double Y) point in points)
        {
            if (Math.Floor(point.X) != column)
            {
                if (held is { } last) yield return last;
                yield return point;
                (held, column) = (null, Math.Floor(point.X));
            }
            else
            {
                held = point;
            }
        }

        if (held is { } end) yield return end;
    }

    private static IEnumerable<(double X, double Y)> Outline(ChartFrame frame, IReadOnlyList<(double X, double Low, double High)> band) =>
        Thinned(band.Select(at => frame.Place((at.X, at.High)))).Concat(Thinned(band.Select(at => frame.Place((at.X, at.Low)))).Reverse());

    private static IEnumerable<XElement> Markers(ChartFrame frame, LineSeries line, ChartAxis x, ChartAxis y, string colour)
    {
        if (line.Markers.Count == 0) yield break;
        for (int i = 0; i < line.Points.Count; i++)
        {
            (double atX, double atY) = frame.Place(line.Points[i]);
            XElement marker = Svg.Circle(atX, atY, line.Markers[Math.Min(i, line.Markers.Count - 1)], $"marker {colour}");
            marker.Add(Svg.Tip(line.Tips.Count > i ? line.Tips[i] : $"{line.Name}: {y.Title} {ReportText.Number(line.Points[i].Y)} at {x.Title} {ReportText.Short(line.Points[i].X)}"));
            yield return marker;
        }
    }
}
