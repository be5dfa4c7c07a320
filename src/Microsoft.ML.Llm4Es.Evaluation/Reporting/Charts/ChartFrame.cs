using System.Globalization;
using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The place in which a chart of two axes is drawn: grid, ticks and titles around it, and where a point of the data lies in it.</summary>
/// <param name="x">The axis from left to right.</param>
/// <param name="y">The axis from the bottom up.</param>
internal sealed class ChartFrame(ChartAxis x, ChartAxis y)
{
    /// <summary>The width of every drawing: that of a phone, so that text is of the same size on all screens.</summary>
    public const int Width = 360;

    private const int Height = 280;
    private const int Top = 26;
    private const int Bottom = Height - 40;
    private const int Right = Width - 12;
    private const double CharacterWidth = 6.4;

    private readonly double _left = 10 + y.Scale.Ticks.Max(tick => y.Scale.Text(tick).Length) * CharacterWidth;

    public double X(double value) => _left + x.Scale.Place(value) * (Right - _left);

    public double Y(double value) => Bottom - y.Scale.Place(value) * (Bottom - Top);

    public (double X, double Y) Place((double X, double Y) point) => (X(point.X), Y(point.Y));

    /// <summary>The drawing, with its frame behind its content.</summary>
    public XElement Draw(ChartText text, IEnumerable<XElement> content) => Drawing(text, Height, [.. Grid(), .. content, .. Titles()]);

    /// <summary>A drawing of the width of all others, with its text alternative.</summary>
    public static XElement Drawing(ChartText text, double height, IEnumerable<XElement> content) =>
        new("svg",
            new XAttribute("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Width} {height:0}")),
            new XAttribute("role", "img"),
            new XElement("title", text.Title),
            new XElement("desc", text.Description),
            content);

    private IEnumerable<XElement> Grid()
    {
        foreach (double tick in y.Scale.Ticks)
        {
            yield return Svg.Line(_left, Y(tick), Right, Y(tick), "grid");
            yield return Svg.Text(_left - 6, Y(tick) + 4, y.Scale.Text(tick), "end");
        }

        foreach (double tick in x.Scale.Ticks)
        {
            yield return Svg.Line(X(tick), Top, X(tick), Bottom, "grid");
            yield return Svg.Text(X(tick), Bottom + 16, x.Scale.Text(tick), "middle");
        }

        yield return Svg.Line(_left, Bottom, Right, Bottom, "axis");
    }

    private IEnumerable<XElement> Titles() =>
        [Svg.Text(2, 13, y.Title, style: "axis-title"), Svg.Text((_left + Right) / 2, Height - 6, x.Title, "middle", "axis-title")];
}
