namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Draws which sequences an epoch trains on.</summary>
internal static class EpochDraw
{
    /// <summary>Repeats each sequence as often as the whole part of its weight says, and once more with the chance that the rest says.</summary>
    /// <param name="sequences">The sequences to draw from, by their index.</param>
    /// <param name="weights">The weight of each index; <see langword="null"/> where all are 1, and nothing is drawn.</param>
    /// <param name="random">Draws.</param>
    internal static IEnumerable<int> Sequences(IEnumerable<int> sequences, IReadOnlyList<double>? weights, Random random) =>
        weights is null ? sequences : sequences.SelectMany(index => Enumerable.Repeat(index, Times(weights[index], random)));

    private static int Times(double weight, Random random)
    {
        int whole = (int)weight;
        return random.NextDouble() < weight - whole ? whole + 1 : whole;
    }
}
