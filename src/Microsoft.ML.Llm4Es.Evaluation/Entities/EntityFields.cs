using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Makes few values, which a report has room for, of many.</summary>
internal static partial class EntityFields
{
    /// <summary>What an entity without a value has.</summary>
    public const string Missing = "(none)";

    /// <summary>What entities have whose value is not among the most frequent ones.</summary>
    public const string Other = "(others)";

    private const int MaxValues = ChartStyle.Colours;
    private const int Ranges = ChartStyle.Shades;

    /// <summary>Values as they are where they are few; ranges of many numbers; else the most frequent ones and a rest.</summary>
    public static EntityField OfTexts(string name, IReadOnlyList<string> texts)
    {
        // A value that is called like one of these means the same.
        string[] values = [.. texts.Select(text => text is Missing ? "" : text)];
        string[] distinct = Ordered(values.Where(value => value.Length > 0 && value != Other).Distinct());
        if (distinct.Length > MaxValues && distinct.All(IsNumber))
            return OfNumbers(name, [.. values.Select(value => value.Length == 0 ? double.NaN : double.Parse(value, CultureInfo.InvariantCulture))]);

        bool isMissing = values.Any(value => value.Length == 0);
        string[] kept = distinct.Length + (isMissing ? 1 : 0) <= MaxValues
            ? [.. distinct, .. isMissing ? [""] : (string[])[]]
            : MostFrequent(values.Where(value => value != Other));
        Dictionary<string, int> index = kept.Select((value, i) => (value, i)).ToDictionary(pair => pair.value, pair => pair.i);
        int[] valueOf = [.. values.Select(value => index.GetValueOrDefault(value, kept.Length))];
        string[] names = [.. kept.Select(value => value.Length == 0 ? Missing : value), .. valueOf.Contains(kept.Length) ? [Other] : (string[])[]];
        return new EntityField(name, names, valueOf, IsOrdered: false);
    }

    /// <summary>Ranges of about equally many entities.</summary>
    public static EntityField OfNumbers(string name, IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        if (sorted.Length == 0) return new EntityField(name, [Missing], new int[values.Count], IsOrdered: false);
        double[] distinct = [.. sorted.Distinct()];
        double[] starts = distinct.Length <= Ranges
            ? distinct
            : [.. Enumerable.Range(0, Ranges).Select(range => sorted[range * sorted.Length / Ranges]).Distinct()];
        int[] valueOf = [.. values.Select(value => double.IsFinite(value) ? RangeOf(starts, value) : starts.Length)];
        string[] names = [.. starts.Select((start, range) => Text(start, range + 1 < starts.Length ? sorted.Last(value => value < starts[range + 1]) : sorted[^1]))];
        return new EntityField(name, valueOf.Contains(starts.Length) ? [.. names, Missing] : names, valueOf, IsOrdered: true);
    }

    private static string[] MostFrequent(IEnumerable<string> values)
    {
        IEnumerable<string> kept = values.GroupBy(value => value).OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal).Take(MaxValues - 1).Select(same => same.Key);
        return [.. Ordered(kept.Where(value => value.Length > 0)), .. kept.Contains("") ? [""] : (string[])[]];
    }

    /// <summary>Ranges such as 25-34K by where they begin; what has no number in the order of its letters.</summary>
    private static string[] Ordered(IEnumerable<string> values)
    {
        string[] named = ClassLabels.Ordered(values);
        return named.All(value => Number().IsMatch(value)) ? [.. named.OrderBy(value => double.Parse(Number().Match(value).ValueSpan, CultureInfo.InvariantCulture))] : named;
    }

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();

    private static int RangeOf(double[] starts, double value)
    {
        int at = Array.BinarySearch(starts, value);
        return at >= 0 ? at : ~at - 1;
    }

    private static string Text(double low, double high) => low == high ? ReportText.Short(low) : $"{ReportText.Short(low)} to {ReportText.Short(high)}";

    private static bool IsNumber(string value) => double.TryParse(value, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
}
