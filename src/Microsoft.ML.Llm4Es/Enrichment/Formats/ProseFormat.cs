namespace Microsoft.ML.Llm4Es;

/// <summary>Prose: a sentence an event, from one of a few templates. A missing value is not spoken of.</summary>
internal sealed class ProseFormat : EventFormat
{
    private static readonly Template[] Templates =
    [
        new("Event {0}: ", "", " is ", "nothing is known"),
        new("In event {0}, ", "the ", " was ", "nothing was known"),
        new("Then came event {0}, of which ", "the ", " is ", "nothing is known"),
    ];

    public override string Write(EventTable table, Random random)
    {
        if (table.Events.Count == 0) return "There were no events.";

        Template template = Pick(Templates, random);
        return string.Join('\n', table.Events.Select((values, index) => Sentence(template, table.Fields, values, index + 1)));
    }

    private static string Sentence(Template template, IReadOnlyList<string> fields, IReadOnlyList<string> values, int number)
    {
        string opening = template.Opening.Replace("{0}", $"{number}", StringComparison.Ordinal);
        string[] clauses = [.. fields.Zip(values)
            .Where(pair => pair.Second.Length > 0)
            .Select(pair => template.Article + Name(pair.First) + template.Verb + QuotedText.Of(pair.Second))];
        string said = clauses switch
        {
            [] => template.Nothing,
            [string only] => only,
            [.. string[] first, string last] => $"{string.Join(", ", first)}, and {last}",
        };
        return $"{opening}{said}.";
    }

    /// <summary>A name that holds a verb, or what begins a clause, would be read otherwise.</summary>
    private static string Name(string name) =>
        Templates.Any(template => $" {name} ".Contains(template.Verb, StringComparison.Ordinal)) || $"{name} ".StartsWith("and ", StringComparison.Ordinal) || $"{name} ".StartsWith("the ", StringComparison.Ordinal)
            ? QuotedText.Quote(name)
            : QuotedText.Of(name);

    /// <param name="Opening">What names the event's number, {0}.</param>
    /// <param name="Article">What is before a field's name.</param>
    /// <param name="Verb">What is between a field's name and its value.</param>
    /// <param name="Nothing">What is said of an event without values.</param>
    private sealed record Template(string Opening, string Article, string Verb, string Nothing);
}
