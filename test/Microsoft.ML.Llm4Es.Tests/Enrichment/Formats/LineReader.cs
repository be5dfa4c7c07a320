using System.Text.Json;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

/// <summary>Reads key-value lines and sentences, which have no grammar but their own.</summary>
internal sealed partial class LineReader(string text)
{
    private int _at;

    /// <summary>An event ends where a key comes again.</summary>
    public static List<Dictionary<string, string>> KeyValues(string text)
    {
        if (text == "no events") return [];

        var reader = new LineReader(text);
        var events = new List<Dictionary<string, string>> { new() };
        while (reader._at < text.Length)
        {
            string key = reader.Item(":", " =");
            Assert.True(reader.Skip(":") || reader.Skip(" ="), text);
            string value = reader.Skip(" ") ? reader.Item("; ", "\n") : "";
            if (!events[^1].TryAdd(key, value)) events.Add(new() { [key] = value });
            Assert.True(reader.Skip("; ") || reader.Skip("\n\n") || reader.Skip("\n") || reader._at == text.Length, text);
        }

        return events;
    }

    public static List<Dictionary<string, string>> Prose(string text) => text == "There were no events." ? [] : [.. text.Split('\n').Select(Sentence)];

    private static Dictionary<string, string> Sentence(string line, int index)
    {
        Match opening = Opening().Match(line);
        Assert.True(opening.Success && opening.Groups["number"].Value == $"{index + 1}", line);
        var values = new Dictionary<string, string>();
        string said = line[opening.Length..];
        if (said is "nothing is known." or "nothing was known.") return values;

        var reader = new LineReader(said);
        while (reader._at < said.Length)
        {
            if (values.Count > 0) reader.Skip("and ");
            reader.Skip("the ");
            string name = reader.Item(" is ", " was ");
            Assert.True(reader.Skip(" is ") || reader.Skip(" was "), line);
            values.Add(name, reader.Item(", ", ".\0"));
            Assert.True(reader.Skip(", ") || reader.Skip("."), line);
        }

        return values;
    }

    private bool Skip(string expected)
    {
        bool found = text.AsSpan(_at).StartsWith(expected);
        if (found) _at += expected.Length;
        return found;
    }

    /// <summary>A JSON string, or all until the first of the ends; \0 is the end of the text.</summary>
    private string Item(params string[] ends)
    {
        int start = _at;
        if (_at < text.Length && text[_at] == '"')
        {
            for (_at++; text[_at] != '"'; _at++)
            {
                if (text[_at] == '\\') _at++;
            }

            _at++;
            return JsonSerializer.Deserialize<string>(text[start.._at])!;
        }

        int[] found = [.. ends.Select(end => (text + '\0').IndexOf(end, start, StringComparison.Ordinal)).Where(at => at >= 0)];
        _at = found.Length > 0 ? found.Min() : text.Length;
        return text[start.._at];
    }

    [GeneratedRegex(@"^(Event (?<number>\d+): |In event (?<number>\d+), |Then came event (?<number>\d+), of which )")]
    private static partial Regex Opening();
}
