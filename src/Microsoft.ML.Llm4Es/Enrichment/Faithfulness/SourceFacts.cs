using System.Globalization;

namespace Microsoft.ML.Llm4Es;

/// <summary>The facts of a source text, field by field.</summary>
internal sealed class SourceFacts
{
    private readonly HashSet<string> _partsOfMoments;

    private SourceFacts(string text, int events, IReadOnlyList<SourceField> fields)
    {
        TextFacts facts = TextFacts.Of(text);
        Numbers = facts.Numbers;
        Moments = facts.Moments;
        _partsOfMoments = [.. facts.Moments.Keys.SelectMany(moment => moment.Split('-', ':')).Select(part => int.Parse(part, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture))];
        Words = $" {CategoryVocabulary.Words(text)} ";
        Events = events;
        Fields = fields;
    }

    public int Events { get; }

    /// <summary>The fields of the events; one with all that is said where the text is no table of events.</summary>
    public IReadOnlyList<SourceField> Fields { get; }

    /// <summary>How often each number is there.</summary>
    public IReadOnlyDictionary<string, int> Numbers { get; }

    /// <summary>How often each date and time of day is there.</summary>
    public IReadOnlyDictionary<string, int> Moments { get; }

    /// <summary>The numbers in names of fields, which may be told with each event.</summary>
    public required IReadOnlySet<string> NumbersOfNames { get; init; }

    /// <summary>All words of the text, between blanks.</summary>
    public string Words { get; }

    public static SourceFacts Of(string text)
    {
        if (TryParse(text) is not { } table) return new SourceFacts(text, 0, [SourceField.OfText(text)]) { NumbersOfNames = new HashSet<string>() };

        SourceField[] fields = [.. Enumerable.Range(0, table.Fields.Count).Select(field => SourceField.Of([.. table.Events.Select(values => values[field])]))];
        return new SourceFacts(text, table.Events.Count, fields) { NumbersOfNames = table.Fields.SelectMany(name => TextFacts.Of(name).Numbers.Keys).ToHashSet() };
    }

    /// <summary>The categories of a text, if it is a table of events.</summary>
    public static IEnumerable<string> Categories(string text) =>
        TryParse(text) is { } table ? table.Events.SelectMany(values => values).Where(SourceField.IsCategory) : [];

    /// <summary>Whether a number may count events, or is the year, month, day, hour or minute of a date or time.</summary>
    public bool Implies(string number) =>
        (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= Events) || _partsOfMoments.Contains(number);

    public bool Has(string numberOrMoment) => Numbers.ContainsKey(numberOrMoment) || Moments.ContainsKey(numberOrMoment);

    private static EventTable? TryParse(string text)
    {
        try
        {
            return EventTable.Parse(text) is { Events.Count: > 0 } table ? table : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
