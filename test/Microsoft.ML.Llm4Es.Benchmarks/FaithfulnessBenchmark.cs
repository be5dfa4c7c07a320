using System.Globalization;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>
/// How the faithfulness score tells faithful variants from others: the scores of real texts that are reformatted as they are, and with one thing wrong in them.
/// </summary>
internal static class FaithfulnessBenchmark
{
    private const int TextsOfASet = 200;

    private static readonly string[] RealSets = ["loans", "icu", "grocery"];

    /// <summary>What is done to a table before it is reformatted; null where it cannot be.</summary>
    private static readonly (string Name, Func<EventTable, EventTable, Random, EventTable?> Change)[] Changes =
    [
        ("faithful", (table, _, _) => table),
        ("an event dropped", (table, _, random) => table.Events.Count < 2 ? null : Without(table, random.Next(table.Events.Count))),
        ("a tenth dropped", (table, _, random) => table.Events.Count < 10 ? null : table with { Events = [.. table.Events.Where((_, i) => i % 10 != 3)] }),
        ("a number changed", ChangeNumber),
        ("an event added", (table, other, random) => With(table, other, count: 1, random)),
        ("a tenth added", (table, other, random) => table.Events.Count < 10 ? null : With(table, other, table.Events.Count / 10, random)),
        ("another entity's", (_, other, _) => other),
    ];

    internal static BenchmarkResult Run()
    {
        string[][] sets = [.. RealSets.Select(EventTexts.Real).Where(texts => texts.Length > 0)];
        if (sets.Length == 0) sets = [EventTexts.Synthetic(clients: 400)];
        double[] thresholds = [0.9, 0.95, 0.98, 0.99, new EnrichDescriptionsOptions().MinFaithfulness];
        double[] passed = new double[Changes.Length];
        for (int i = 0; i < Changes.Length; i++)
        {
            double[] scores = [.. sets.SelectMany((texts, set) => Scores(texts, Changes[i].Change, seed: 10 * i + set)).Order()];
            double[] passing = [.. thresholds.Select(threshold => (double)scores.Count(score => score >= threshold) / scores.Length)];
            passed[i] = passing[^1];
            string shares = string.Join(", ", thresholds.Zip(passing, (threshold, share) => FormattableString.Invariant($"{threshold}: {share:P1}")));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Changes[i].Name,-18} {scores.Length,5} variants, score: least {scores[0]:F3}, 5 % {At(scores, 0.05):F3}, median {At(scores, 0.5):F3}, most {scores[^1]:F3}; pass {shares}"));
        }

        return new BenchmarkResult("faithfulness", Math.Round(passed[0], 4), "share that passes", null, Changes[1].Name, Math.Round(passed[1], 4), Math.Round(passed[0] / Math.Max(passed[1], 1e-4), 4));
    }

    private static IEnumerable<double> Scores(string[] all, Func<EventTable, EventTable, Random, EventTable?> change, int seed)
    {
        var random = new Random(seed);
        string[] texts = [.. all];
        random.Shuffle(texts);
        var check = new FaithfulnessCheck(all);
        var reformat = new ReformatEnricher();
        for (int i = 0; i < Math.Min(TextsOfASet, texts.Length - 1); i++)
        {
            if (change(EventTable.Parse(texts[i]), EventTable.Parse(texts[i + 1]), random) is { } changed)
                yield return check.Check(texts[i], reformat.Reformat(changed.ToString(), i)).Score;
        }
    }

    /// <summary>Another digit in a number of an event.</summary>
    private static EventTable? ChangeNumber(EventTable table, EventTable other, Random random)
    {
        (int Event, int Field)[] places =
        [
            .. table.Events.SelectMany((values, e) => values.Select((value, f) => (e, f, value))).Where(at => at.value.Any(char.IsAsciiDigit)).Select(at => (at.e, at.f)),
        ];
        if (places.Length == 0) return null;
        (int number, int field) = places[random.Next(places.Length)];
        char[] value = table.Events[number][field].ToCharArray();
        int digit = Array.FindIndex(value, char.IsAsciiDigit);
        value[digit] = (char)('0' + (value[digit] - '0' + 1 + random.Next(9)) % 10);
        return table with { Events = [.. table.Events.Select((values, e) => e == number ? [.. values.Select((old, f) => f == field ? new string(value) : old)] : values)] };
    }

    private static EventTable Without(EventTable table, int left) => table with { Events = [.. table.Events.Where((_, i) => i != left)] };

    private static EventTable With(EventTable table, EventTable other, int count, Random random) =>
        table with { Events = [.. table.Events, .. Enumerable.Range(0, count).Select(_ => other.Events[random.Next(other.Events.Count)])] };

    private static double At(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];
}
