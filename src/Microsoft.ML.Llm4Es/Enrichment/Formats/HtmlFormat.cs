using System.Net;
using System.Text;

namespace Microsoft.ML.Llm4Es;

/// <summary>HTML: a table with a header row, a row an event, each on a line or each cell on a line.</summary>
internal sealed class HtmlFormat : EventFormat
{
    public override string Write(EventTable table, Random random)
    {
        string cellSeparator = random.Next(2) == 0 ? "" : "\n    ";
        string rowEnd = cellSeparator.Length > 0 ? "\n  " : "";
        var text = new StringBuilder("<table>");
        AppendRow(text, "th", table.Fields, cellSeparator, rowEnd);
        foreach (IReadOnlyList<string> values in table.Events) AppendRow(text, "td", values, cellSeparator, rowEnd);
        return text.Append("\n</table>").ToString();
    }

    private static void AppendRow(StringBuilder text, string cell, IReadOnlyList<string> values, string cellSeparator, string rowEnd)
    {
        text.Append("\n  <tr>");
        foreach (string value in values) text.Append(cellSeparator).Append('<').Append(cell).Append('>').Append(Encode(value)).Append("</").Append(cell).Append('>');
        text.Append(rowEnd).Append("</tr>");
    }

    /// <summary>A browser would read a carriage return as a line end.</summary>
    private static string Encode(string value) => WebUtility.HtmlEncode(value).Replace("\r", "&#13;", StringComparison.Ordinal);
}
