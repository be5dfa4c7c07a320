using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A drawing with its title, its legend, how to read it, and its numbers as a table that opens.</summary>
internal static class ChartFigure
{
    public static XElement Create(ChartText text, XElement drawing, XElement? legend, HtmlTable? table) =>
        new("figure",
            new XElement("h3", text.Title),
            legend,
            drawing,
            text.Caption.Length == 0 ? null : new XElement("figcaption", text.Caption),
            table is null ? null : new XElement("details", new XElement("summary", "Numbers"), table.ToElement()));
}
