using System.Text;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// The text of an entity's events, in the paper's format: a header of field names joined by <c>|</c>, then a line an event with fields joined by comma and
/// blank. A separator inside of a value has a backslash before it, so that the text can be read back without loss.
/// </summary>
/// <param name="Fields">The names of the fields.</param>
/// <param name="Events">The values of each event, in the order of the fields.</param>
public sealed record EventTable(IReadOnlyList<string> Fields, IReadOnlyList<IReadOnlyList<string>> Events)
{
    internal const char NameSeparator = '|';
    internal const char ValueSeparator = ',';
    internal const char LineSeparator = '\n';
    private const char Escape = '\\';

    /// <summary>Reads a text back.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The table.</returns>
    /// <exception cref="FormatException">A line has more or fewer values than the header has names.</exception>
    public static EventTable Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] lines = text.Split(LineSeparator);
        List<string> fields = Split(lines[0], NameSeparator, blankFollows: false);
        var events = new List<IReadOnlyList<string>>(lines.Length - 1);
        for (int line = 1; line < lines.Length; line++)
        {
            List<string> values = Split(lines[line], ValueSeparator, blankFollows: true);
            if (values.Count != fields.Count)
                throw new FormatException($"Line {line + 1} has {values.Count} values; the header names {fields.Count} fields.");
            events.Add(values);
        }

        return new EventTable(fields, events);
    }

    /// <summary>Writes the table as text.</summary>
    /// <returns>The text, which <see cref="Parse"/> reads back.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        AppendHeader(text, Fields);
        foreach (IReadOnlyList<string> values in Events)
        {
            text.Append(LineSeparator);
            for (int i = 0; i < values.Count; i++)
            {
                if (i > 0) text.Append(ValueSeparator).Append(' ');
                AppendValue(text, values[i]);
            }
        }

        return text.ToString();
    }

    internal static void AppendHeader(StringBuilder text, IReadOnlyList<string> names)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (i > 0) text.Append(NameSeparator);
            AppendEscaped(text, names[i], static (name, at) => name[at] == NameSeparator);
        }
    }

    /// <summary>A comma is a separator only before a blank, so "1,234" needs no escape.</summary>
    internal static void AppendValue(StringBuilder text, ReadOnlySpan<char> value) =>
        AppendEscaped(text, value, static (v, at) => v[at] == ValueSeparator && at + 1 < v.Length && v[at + 1] == ' ');

    private static void AppendEscaped(StringBuilder text, ReadOnlySpan<char> value, SeparatorAt isSeparator)
    {
        if (!value.ContainsAny("\\\n\r,|"))
        {
            text.Append(value);
            return;
        }

        for (int i = 0; i < value.Length; i++)
        {
            switch (value[i])
            {
                case '\n': text.Append(@"\n"); break;
                case '\r': text.Append(@"\r"); break;
                case Escape: text.Append(@"\\"); break;
                case char c when isSeparator(value, i): text.Append(Escape).Append(c); break;
                case char c: text.Append(c); break;
            }
        }
    }

    private static List<string> Split(string line, char separator, bool blankFollows)
    {
        var values = new List<string>();
        var value = new StringBuilder();
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == Escape && i + 1 < line.Length)
            {
                value.Append(line[++i] switch { 'n' => '\n', 'r' => '\r', char other => other });
            }
            else if (c == separator && (!blankFollows || (i + 1 < line.Length && line[i + 1] == ' ')))
            {
                values.Add(value.ToString());
                value.Clear();
                if (blankFollows) i++;
            }
            else
            {
                value.Append(c);
            }
        }

        values.Add(value.ToString());
        return values;
    }

    private delegate bool SeparatorAt(ReadOnlySpan<char> value, int at);
}
