namespace Microsoft.ML.Llm4Es;

/// <summary>One way to write events as text, with small choices of style left to chance.</summary>
internal abstract class EventFormat
{
    /// <summary>What a list of events may be called, where a format names it.</summary>
    private static readonly string[] ListNames = ["events", "records", "history", "entries"];

    public static EventFormat Of(EventTextFormat format) => format switch
    {
        EventTextFormat.Json => new JsonFormat(),
        EventTextFormat.Yaml => new YamlFormat(),
        EventTextFormat.Xml => new XmlFormat(),
        EventTextFormat.Html => new HtmlFormat(),
        EventTextFormat.Markdown => new MarkdownFormat(),
        EventTextFormat.Sql => new SqlFormat(),
        EventTextFormat.KeyValue => new KeyValueFormat(),
        EventTextFormat.Prose => new ProseFormat(),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, $"One of {string.Join(", ", Enum.GetNames<EventTextFormat>())} is expected."),
    };

    /// <summary>Writes all events and all of their values; lines end in <c>\n</c>, the text has none at its end.</summary>
    public abstract string Write(EventTable table, Random random);

    private protected static string ListName(Random random) => Pick(ListNames, random);

    private protected static T Pick<T>(IReadOnlyList<T> choices, Random random) => choices[random.Next(choices.Count)];

    /// <summary>Whether a value can be written as a number of JSON and SQL, digit by digit as it is.</summary>
    private protected static bool IsNumber(string value)
    {
        ReadOnlySpan<char> digits = value.AsSpan(value.StartsWith('-') ? 1 : 0);
        int point = digits.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? digits : digits[..point];
        ReadOnlySpan<char> fraction = point < 0 ? "0" : digits[(point + 1)..];
        return AreDigits(whole) && AreDigits(fraction) && (whole.Length == 1 || whole[0] != '0');
    }

    private static bool AreDigits(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');
}
