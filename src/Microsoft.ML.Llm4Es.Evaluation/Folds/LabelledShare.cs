namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A part of the training rows, as if only they had labels.</summary>
/// <param name="Share">The share of rows, above 0 and at most 1.</param>
/// <param name="Seed">The seed of the draw. A larger share of the same seed holds all rows of a smaller one.</param>
internal readonly record struct LabelledShare(double Share, int Seed)
{
    public static LabelledShare All { get; } = new(1, 0);

    /// <summary>The rows that are drawn: of each stratum the same share, and at least one.</summary>
    public int[] Of(int[] rows, IReadOnlyList<int> strata)
    {
        if (Share == 1) return rows;

        var random = new Random(Seed);
        var drawn = new List<int>();
        foreach (IGrouping<int, int> stratum in rows.GroupBy(row => strata[row]).OrderBy(group => group.Key))
        {
            int[] shuffled = [.. stratum];
            random.Shuffle(shuffled);
            drawn.AddRange(shuffled.Take(Math.Max(1, (int)Math.Round(Share * shuffled.Length))));
        }

        return [.. drawn.Order()];
    }
}
