using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What the colours of a chart mean.</summary>
internal static class ChartLegend
{
    /// <summary>A legend of lines, which differ by their dashes too; null where there is nothing to tell apart.</summary>
    public static XElement? OfLines(IEnumerable<(string Name, int Colour)> lines) =>
        Create([.. lines.Select(line => (line.Name, $"swatch-line {ChartStyle.Colour(line.Colour)} {ChartStyle.Dash(line.Colour)}"))]);

    /// <summary>A legend of dots or areas.</summary>
    public static XElement? OfDots(IEnumerable<(string Name, string Style)> dots) => Create([.. dots.Select(dot => (dot.Name, $"swatch {dot.Style}"))]);

    private static XElement? Create((string Name, string Style)[] entries) => entries.Length == 0 ? null
        : new XElement("ul", new XAttribute("class", "legend"), entries.Select(entry =>
            new XElement("li", new XElement("span", new XAttribute("class", entry.Style), new XAttribute("aria-hidden", "true"), ""), entry.Name)));
}
