using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Compares variants with their source: numbers, dates, times of day, categories, the number of events. How they are written does not matter (JSON or prose,
/// <c>1,234.50</c> or <c>1234.5</c>, <c>2024-03-31</c> or <c>March 31, 2024</c>); events may be numbered and grouped; sums, means, least and largest values may be
/// told; a category may be paraphrased as long as half of its words stay. Safe for several threads.
/// </summary>
public sealed partial class FaithfulnessCheck
{
    /// <summary>Words that begin alike are taken for the same: "grocery" and "groceries".</summary>
    private const int StemLength = 5;

    /// <summary>Shorter words (of, and) tell nothing.</summary>
    private const int MinWordLength = 3;

    /// <summary>A field that says nothing in more of the events does not tell whether one is missing, unless there are no others.</summary>
    private const double MostSilent = 0.1;

    private readonly CategoryVocabulary _categories = new();

    /// <summary>Initializes a check.</summary>
    /// <param name="texts">The texts that are retold. A category that one of them has counts as added in a variant of another one that has not.</param>
    public FaithfulnessCheck(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        foreach (string text in texts)
        {
            foreach (string category in SourceFacts.Categories(text)) _categories.Add(category);
        }
    }

    /// <summary>Compares a variant with its source.</summary>
    /// <param name="source">The text that was retold: a table of events (see <see cref="EventTable"/>), or any text, of which numbers, dates and times are compared.</param>
    /// <param name="variant">What was written.</param>
    /// <returns>What the variant has of the source, and what it adds.</returns>
    public Faithfulness Check(string source, string variant)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(variant);

        // HTML and XML write & as &amp;, which is no word.
        variant = WebUtility.HtmlDecode(variant);
        SourceFacts facts = SourceFacts.Of(source);
        TextFacts told = TextFacts.Of(WithoutOrdinals(variant, facts.Events), facts.Has);
        string words = CategoryVocabulary.Words(variant);
        Dictionary<string, int> categories = _categories.Count(words);
        HashSet<string> wanted = [.. facts.Fields.SelectMany(field => field.Categories)];
        HashSet<string> moments = [.. facts.Fields.SelectMany(field => field.Moments)];
        int[] required = [.. facts.Fields.SelectMany(field => field.Numbers).GroupBy(number => number.Key).Select(Required)];
        AddedFacts added = AddedFacts.Of(facts, told, categories);
        return new Faithfulness(
            facts.Events,
            EventsFound(facts, told, categories),
            required.Sum() + moments.Count + wanted.Count,
            NumbersFound(facts, told) + moments.Count(told.Moments.ContainsKey) + CategoriesFound(wanted, categories, words),
            told.Numbers.Values.Sum() + told.Moments.Values.Sum() + categories.Values.Sum(),
            added.Count,
            added.Invented);
    }

    private static int Required(IGrouping<string, KeyValuePair<string, int>> number) => number.Sum(field => field.Value);

    private static int NumbersFound(SourceFacts source, TextFacts told) => source.Fields
        .SelectMany(field => field.Numbers)
        .GroupBy(number => number.Key)
        .Sum(number => Math.Min(Required(number), told.Numbers.GetValueOrDefault(number.Key)));

    /// <summary>By the field of which most is found: the others may be grouped by, or paraphrased. What two fields have in common is not found for both.</summary>
    private static int EventsFound(SourceFacts source, TextFacts told, Dictionary<string, int> categories)
    {
        if (source.Events == 0) return 0;
        SourceField[] telling = [.. source.Fields.Where(field => field.Silent <= MostSilent * source.Events)];
        SourceField?[] groupings = [null, .. source.Fields.Where(MayBeGroupedBy)];
        return (telling.Length >= 2 ? telling : source.Fields).Max(field => field.Silent + groupings.Max(grouped => Found(field, grouped)));

        int Found(SourceField field, SourceField? grouped) => field.Occurrences.Sum(value => Math.Clamp(Told(value.Key) - ToldOfOthers(field, grouped, value.Key), 0, value.Value));

        int ToldOfOthers(SourceField field, SourceField? grouped, string value) => source.Fields
            .Where(other => other != field)
            .Sum(other => other.Occurrences.GetValueOrDefault(value) is var count && other == grouped ? Math.Min(1, count) : count);

        // A heading tells once what many events have; a number may also be told as an event's own.
        bool MayBeGroupedBy(SourceField field)
        {
            KeyValuePair<string, int>[] repeated = [.. field.Occurrences.Where(value => value.Value > 1 && ToldOfOthers(field, null, value.Key) == 0)];
            return repeated.Length == 0 || repeated.Any(value => Told(value.Key) - (IsOrdinal(value.Key) ? 1 : 0) < value.Value);
        }

        bool IsOrdinal(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= source.Events;

        int Told(string value) => Math.Max(categories.GetValueOrDefault(value), Math.Max(told.Numbers.GetValueOrDefault(value), told.Moments.GetValueOrDefault(value)));
    }

    private static int CategoriesFound(HashSet<string> wanted, Dictionary<string, int> categories, string words)
    {
        string[] missing = [.. wanted.Where(category => !categories.ContainsKey(category) && !$" {words} ".Contains($" {category} ", StringComparison.Ordinal))];
        if (missing.Length == 0) return wanted.Count;

        HashSet<string> stems = [.. words.Split(' ').Select(Stem)];
        return wanted.Count - missing.Count(category => !IsParaphrased(category, stems));
    }

    private static bool IsParaphrased(string category, HashSet<string> stems)
    {
        string[] content = [.. category.Split(' ').Where(word => word.Length >= MinWordLength)];
        return content.Length > 0 && content.Count(word => stems.Contains(Stem(word))) * 2 >= content.Length;
    }

    private static string Stem(string word) => word.Length <= StemLength ? word : word[..StemLength];

    /// <summary>The numbers of a numbered list are none of the source's.</summary>
    private static string WithoutOrdinals(string variant, int events) => ListMarker().Replace(
        variant,
        match => int.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= events ? "" : match.Value);

    [GeneratedRegex(@"^[ \t]*(?<number>\d+)[.)](?=[ \t])", RegexOptions.Multiline)]
    private static partial Regex ListMarker();
}
