using System.Buffers;
using System.Text;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// The text of an entity's events, in the paper's format: a header of field names joined by <c>|</c>, then a line an event with values joined by comma and
/// blank. What would be taken for a separator has a backslash before it, a line end inside of a value is <c>\n</c> or <c>\r</c> and a backslash
/// <c>\\</c>, so that the text can be read back without loss.
/// </summary>
/// <param name="Fields">The names of the fields, at least one.</param>
/// <param name="Events">The values of each event, in the order of the fields.</param>
public sealed record EventTable(IReadOnlyList<string> Fields, IReadOnlyList<IReadOnlyList<string>> Events)
{
    internal const char LineSeparator = '\n';

    /// <summary>A comma separates only before a blank, so "1,234" needs no escape.</summary>
    internal const string ValueSeparator = ", ";

    private const string NameSeparator = "|";
    private const char Escape = '\\';

    private static readonly SearchValues<char> MayNeedEscape = SearchValues.Create("\\\n\r,|");

    /// <summary>Reads a text back.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The table.</returns>
    /// <exception cref="FormatException">A line has more or fewer values than the header has names.</exception>
    public static EventTable Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] lines = text.Split(LineSeparator);
        List<string> fields = Split(lines[0], NameSeparator);
        var events = new List<IReadOnlyList<string>>(lines.Length - 1);
        for (int line = 1; line < lines.Length; line++)
        {
            List<string> values = Split(lines[line], ValueSeparator);
            if (values.Count != fields.Count)
                throw new FormatException($"Line {line + 1} has {values.Count} values; the header names {fields.Count} fields: {string.Join(", ", fields)}.");
            events.Add(values);
        }

        return new EventTable(fields, events);
    }

    /// <summary>Writes the table as text.</summary>
    /// <returns>The text, which <see cref="Parse"/> reads back.</returns>
    public override string ToString()
    {
        var text = new TextBuffer();
        AppendHeader(text, Fields);
        foreach (IReadOnlyList<string> values in Events)
        {
            text.Append(LineSeparator);
            for (int i = 0; i < values.Count; i++)
            {
                if (i > 0) text.Append(ValueSeparator);
                AppendValue(text, values[i]);
            }
        }

        return text.ToString();
    }

    internal static void AppendHeader(TextBuffer text, IReadOnlyList<string> names)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (i > 0) text.Append(NameSeparator);
            AppendEscaped(text, names[i], NameSeparator);
        }
    }

    internal static void AppendValue(TextBuffer text, ReadOnlySpan<char> value) => AppendEscaped(text, value, ValueSeparator);

    private static void AppendEscaped(TextBuffer text, ReadOnlySpan<char> value, string separator)
    {
        for (int at = value.IndexOfAny(MayNeedEscape); at >= 0; at = value.IndexOfAny(MayNeedEscape))
        {
            text.Append(value[..at]);
            bool escape = value[at] is '\n' or '\r' or Escape || value[at..].StartsWith(separator);
            if (escape) text.Append(Escape);
            text.Append(value[at] switch { '\n' => 'n', '\r' => 'r', char other => other });
            value = value[(at + 1)..];
        }

        text.Append(value);
    }

    private static List<string> Split(string line, string separator)
    {
        var values = new List<string>();
        var value = new StringBuilder();
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == Escape && i + 1 < line.Length)
            {
                value.Append(line[++i] switch { 'n' => '\n', 'r' => '\r', char other => other });
            }
            else if (line.AsSpan(i).StartsWith(separator))
            {
                values.Add(value.ToString());
                value.Clear();
                i += separator.Length - 1;
            }
            else
            {
                value.Append(line[i]);
            }
        }

        values.Add(value.ToString());
        return values;
    }
}
