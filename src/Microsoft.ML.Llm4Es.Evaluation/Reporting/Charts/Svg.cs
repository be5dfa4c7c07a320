using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The parts that drawings are made of. Text is escaped by the element that it is put in.</summary>
internal static class Svg
{
    public static XElement Line(double x1, double y1, double x2, double y2, string style) =>
        new("line", At("x1", x1), At("y1", y1), At("x2", x2), At("y2", y2), Class(style));

    /// <param name="x">Where the text is anchored.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="text">The text.</param>
    /// <param name="anchor"><c>start</c>, <c>middle</c> or <c>end</c>.</param>
    /// <param name="style">Its class in <see cref="ChartStyle"/>.</param>
    /// <param name="room">How many characters there is room for; longer text is cut.</param>
    public static XElement Text(double x, double y, string text, string anchor = "start", string style = "tick", int room = int.MaxValue) =>
        new("text", At("x", x), At("y", y), new XAttribute("text-anchor", anchor), Class(style), text.Length <= room ? text : $"{text[..(room - 1)]}…");

    public static XElement Circle(double x, double y, double radius, string style) => new("circle", At("cx", x), At("cy", y), At("r", radius), Class(style));

    public static XElement Rectangle(double x, double y, double width, double height, string style) =>
        new("rect", At("x", x), At("y", y), At("width", Math.Max(width, 0)), At("height", height), Class(style));

    /// <summary>A line through points, closed where it is the outline of an area.</summary>
    public static XElement Path(IEnumerable<(double X, double Y)> points, string style, bool isClosed = false)
    {
        var data = new StringBuilder();
        foreach ((double x, double y) in points)
            data.Append(CultureInfo.InvariantCulture, $"{(data.Length == 0 ? 'M' : 'L')}{x:0.#} {y:0.#}");
        return new XElement("path", new XAttribute("d", isClosed ? $"{data}Z" : data.ToString()), Class(style));
    }

    /// <summary>A tooltip, and the name of the part for those who cannot see it.</summary>
    public static XElement Tip(string text) => new("title", text);

    private static XAttribute At(string name, double value) => new(name, value.ToString("0.#", CultureInfo.InvariantCulture));

    private static XAttribute Class(string name) => new("class", name);
}
