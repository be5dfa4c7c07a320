using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Llm4Es;

/// <summary>The facts of one field of a table of events.</summary>
internal sealed partial class SourceField
{
    /// <summary>A gap of less than a minute, which is also told as "at once".</summary>
    private const string NoGap = "0m";

    private readonly Dictionary<string, int> _numbers = [];
    private readonly Dictionary<string, int> _occurrences = [];
    private readonly HashSet<string> _moments = [];
    private readonly HashSet<string> _categories = [];
    private readonly List<double> _quantities = [];

    private SourceField()
    {
    }

    /// <summary>How often a variant must tell each number: once where a field's numbers repeat, since events may be grouped by them.</summary>
    public IReadOnlyDictionary<string, int> Numbers => _numbers;

    /// <summary>In how many events each number, date or category is.</summary>
    public IReadOnlyDictionary<string, int> Occurrences => _occurrences;

    /// <summary>In how many events the field says nothing that could be looked for.</summary>
    public int Silent { get; private set; }

    public IReadOnlySet<string> Moments => _moments;

    /// <summary>The categories in the words of <see cref="CategoryVocabulary.Words"/>.</summary>
    public IReadOnlySet<string> Categories => _categories;

    /// <summary>The values that are numbers: what a variant may add up.</summary>
    public IReadOnlyList<double> Quantities => _quantities;

    public static SourceField Of(string[] values)
    {
        var field = new SourceField();
        foreach (string value in values) field.Add(value);
        if (values.Distinct().Count() * 2 > values.Length) return field;

        foreach (string number in field._numbers.Keys) field._numbers[number] = 1;
        return field;
    }

    /// <summary>All that a text says that is no table of events.</summary>
    public static SourceField OfText(string text)
    {
        var field = new SourceField();
        TextFacts facts = TextFacts.Of(text);
        foreach ((string number, int count) in facts.Numbers) field._numbers[number] = count;
        field._moments.UnionWith(facts.Moments.Keys);
        return field;
    }

    public static bool IsCategory(string value) => value.Any(char.IsLetter) && !Gap().IsMatch(value);

    private void Add(string value)
    {
        if (IsCategory(value))
        {
            string phrase = CategoryVocabulary.Words(value);
            _categories.Add(phrase);
            Increment(_occurrences, phrase);
            return;
        }

        TextFacts facts = TextFacts.Of(value);
        // Of a date and a time of day the latter, which is told with each event.
        string? sought = facts.Moments.Keys.LastOrDefault() ?? facts.Numbers.Keys.FirstOrDefault();
        if (sought is null || value == NoGap)
        {
            Silent++;
            return;
        }

        Increment(_occurrences, sought);
        _moments.UnionWith(facts.Moments.Keys);
        foreach (string number in facts.Numbers.Keys) Increment(_numbers, number);
        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double quantity)) _quantities.Add(quantity);
    }

    private static void Increment(Dictionary<string, int> counts, string key) => counts[key] = counts.GetValueOrDefault(key) + 1;

    [GeneratedRegex(@"^-?[0-9]+[mhd]\z")]
    private static partial Regex Gap();
}
