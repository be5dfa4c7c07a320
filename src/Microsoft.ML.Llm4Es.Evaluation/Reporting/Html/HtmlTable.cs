using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A table whose first column says what a row is of. Where the screen is narrow it scrolls by itself, not the page.</summary>
/// <param name="Caption">What it shows; empty for nothing.</param>
/// <param name="Head">What the columns are.</param>
/// <param name="Rows">The cells of each row.</param>
internal sealed record HtmlTable(string Caption, IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    public XElement ToElement() =>
        new("div",
            new XAttribute("class", "wide"),
            new XAttribute("role", "region"),
            new XAttribute("tabindex", "0"),
            new XAttribute("aria-label", Caption.Length > 0 ? Caption : Head[0]),
            new XElement("table",
                Caption.Length == 0 ? null : new XElement("caption", Caption),
                new XElement("thead", new XElement("tr", Head.Select(cell => new XElement("th", new XAttribute("scope", "col"), cell)))),
                new XElement("tbody", Rows.Select(row => new XElement("tr",
                    new XElement("th", new XAttribute("scope", "row"), row[0]),
                    row.Skip(1).Select(cell => new XElement("td", cell)))))));
}
