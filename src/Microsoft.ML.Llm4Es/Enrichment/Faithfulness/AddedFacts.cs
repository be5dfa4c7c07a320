using System.Globalization;

namespace Microsoft.ML.Llm4Es;

/// <summary>The facts of a variant that its source has not, and that do not follow from it.</summary>
/// <param name="Count">How many they are.</param>
/// <param name="Invented">How many of them are numbers, dates and times that the source has nowhere; the others are told more often than in the source, or are categories.</param>
internal readonly record struct AddedFacts(int Count, int Invented)
{
    public static AddedFacts Of(SourceFacts source, TextFacts variant, IReadOnlyDictionary<string, int> categories)
    {
        Dictionary<string, int> numbers = SurplusNumbers(source, variant);
        int moments = variant.Moments.Where(moment => !source.Moments.ContainsKey(moment.Key)).Sum(moment => moment.Value);
        int invented = numbers.Where(number => !source.Has(number.Key) && !source.Implies(number.Key)).Sum(number => number.Value);
        return new AddedFacts(numbers.Values.Sum() + moments + ForeignCategories(source, categories), invented + moments);
    }

    /// <summary>Numbers that the variant has more often than the source, but for what counts or sums up its events.</summary>
    private static Dictionary<string, int> SurplusNumbers(SourceFacts source, TextFacts variant)
    {
        Dictionary<string, int> surplus = variant.Numbers
            .Where(number => !source.NumbersOfNames.Contains(number.Key))
            .Select(number => (number.Key, Count: number.Value - source.Numbers.GetValueOrDefault(number.Key)))
            .Where(number => number.Count > 0)
            .ToDictionary();
        // Events that are numbered, all of them.
        string[] ordinals = [.. Enumerable.Range(1, source.Events).Select(ordinal => ordinal.ToString(CultureInfo.InvariantCulture))];
        if (ordinals.All(variant.Numbers.ContainsKey))
        {
            foreach (string ordinal in ordinals) TakeOne(surplus, ordinal);
        }

        TakeOne(surplus, source.Events.ToString(CultureInfo.InvariantCulture));
        foreach (double summary in source.Fields.SelectMany(field => Summaries(field.Quantities)))
        {
            if (surplus.Keys.FirstOrDefault(number => IsRounded(number, summary)) is { } found) TakeOne(surplus, found);
        }

        return surplus;
    }

    private static void TakeOne(Dictionary<string, int> counts, string key)
    {
        if (!counts.TryGetValue(key, out int count)) return;
        if (count > 1) counts[key] = count - 1;
        else counts.Remove(key);
    }

    /// <summary>What an analysis at the end of a variant tells, which the paper's prompt allows.</summary>
    private static IEnumerable<double> Summaries(IReadOnlyList<double> quantities) =>
        quantities.Count == 0
            ? []
            : [quantities.Sum(), quantities.Where(value => value > 0).Sum(), quantities.Where(value => value < 0).Sum(), quantities.Average(), quantities.Min(), quantities.Max()];

    private static bool IsRounded(string number, double value)
    {
        int point = number.IndexOf('.', StringComparison.Ordinal);
        int decimals = point < 0 ? 0 : number.Length - point - 1;
        // Half of the last digit, up or down: writers round either way.
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double written) &&
            Math.Abs(written - Math.Abs(value)) <= 0.5001 * Math.Pow(10, -decimals);
    }

    /// <summary>Categories that other texts have and this source does not, in none of its words.</summary>
    private static int ForeignCategories(SourceFacts source, IReadOnlyDictionary<string, int> categories) =>
        categories.Where(category => !source.Words.Contains($" {category.Key} ", StringComparison.Ordinal)).Sum(category => category.Value);
}
