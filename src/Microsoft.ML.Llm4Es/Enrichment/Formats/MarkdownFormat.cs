using System.Text;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Markdown: a heading and a table for each value of a field that repeats (the paper groups by category; numbers only where there is none); one table where none does. The column <c>#</c>
/// keeps the order of the events.
/// </summary>
internal sealed class MarkdownFormat : EventFormat
{
    /// <summary>With fewer events a group on average, headings would outweigh rows.</summary>
    private const int MinEventsPerGroup = 2;

    private const string Order = "#";
    private const string Special = "\\`*_{}[]<>()#+-.!|~&\"'=:";

    public override string Write(EventTable table, Random random)
    {
        int[] repeating = [.. Enumerable.Range(0, table.Fields.Count).Where(field => MayGroup(table, field))];
        int[] categories = [.. repeating.Where(field => table.Events.All(values => SourceField.IsCategory(values[field])))];
        var text = new StringBuilder();
        if (repeating.Length == 0)
        {
            AppendTable(text, table, Enumerable.Range(0, table.Events.Count), without: -1);
        }
        else
        {
            int field = Pick(categories.Length > 0 ? categories : repeating, random);
            foreach (IGrouping<string, int> group in Enumerable.Range(0, table.Events.Count).GroupBy(index => table.Events[index][field]))
            {
                text.Append("### ").Append(Escape(table.Fields[field])).Append(": ").Append(Escape(group.Key)).Append("\n\n");
                AppendTable(text, table, group, without: field);
                text.Append('\n');
            }
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>Values that differ at least twice, repeat, are never missing, and fit on a line.</summary>
    private static bool MayGroup(EventTable table, int field)
    {
        if (table.Fields.Count == 1) return false;
        HashSet<string> distinct = [.. table.Events.Select(values => values[field])];
        return distinct.Count > 1 && distinct.Count * MinEventsPerGroup <= table.Events.Count && distinct.All(value => value.Length > 0 && value.Trim() == value);
    }

    private static void AppendTable(StringBuilder text, EventTable table, IEnumerable<int> events, int without)
    {
        AppendRow(text, Order, table.Fields, without);
        text.Append('|').Insert(text.Length, "---|", without < 0 ? table.Fields.Count + 1 : table.Fields.Count).Append('\n');
        foreach (int index in events) AppendRow(text, $"{index + 1}", table.Events[index], without);
    }

    private static void AppendRow(StringBuilder text, string order, IReadOnlyList<string> values, int without)
    {
        text.Append("| ").Append(order).Append(" |");
        for (int i = 0; i < values.Count; i++)
        {
            if (i != without) text.Append(' ').Append(Escape(values[i])).Append(" |");
        }

        text.Append('\n');
    }

    /// <summary>Only what Markdown would read as more than text: a lone point or hyphen inside of a word is text.</summary>
    private static string Escape(string value)
    {
        if (value.All(character => !Special.Contains(character, StringComparison.Ordinal) && !char.IsControl(character)) || IsNumber(value)) return value;

        var escaped = new StringBuilder(value.Length + 8);
        for (int i = 0; i < value.Length; i++)
        {
            char character = value[i];
            bool insideWord = character is '-' or '.' or '\'' or ':' && i > 0 && i < value.Length - 1 && char.IsLetterOrDigit(value[i - 1]) && char.IsLetterOrDigit(value[i + 1]);
            if (character == '\n') escaped.Append("<br>");
            else if (character == '\r') escaped.Append("&#13;");
            else if (Special.Contains(character, StringComparison.Ordinal) && !insideWord) escaped.Append('\\').Append(character);
            else escaped.Append(character);
        }

        return escaped.ToString();
    }
}
