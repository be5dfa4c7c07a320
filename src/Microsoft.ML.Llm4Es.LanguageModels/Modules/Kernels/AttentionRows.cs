namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Neighbouring rows of a batch that are attended together, each to itself.</summary>
/// <param name="FirstToken">Where the first of them begins in the batch.</param>
/// <param name="Lengths">The number of tokens of each.</param>
internal sealed record AttentionRows(int FirstToken, IReadOnlyList<int> Lengths)
{
    // Rows whose lengths differ by less are padded to the longest of them.
    private const int MostPadding = 32;

    /// <summary>Gets the number of tokens.</summary>
    internal int Tokens { get; } = Lengths.Sum();

    /// <summary>Gets the length of the longest row.</summary>
    internal int Longest { get; } = Lengths.Max();

    /// <summary>Gets whether some rows are shorter than the longest.</summary>
    internal bool IsPadded => Tokens < Longest * Lengths.Count;

    /// <summary>Finds neighbouring rows of similar length, with no more than <paramref name="mostTokens"/> in all where they are more than one.</summary>
    internal static IEnumerable<AttentionRows> Of(IReadOnlyList<int> lengths, int mostTokens)
    {
        int firstToken = 0;
        for (int row = 0; row < lengths.Count;)
        {
            int end = row + 1, tokens = lengths[row];
            for (; end < lengths.Count && Math.Abs(lengths[end] - lengths[row]) < MostPadding && tokens + lengths[end] <= mostTokens; end++) tokens += lengths[end];
            yield return new AttentionRows(firstToken, [.. lengths.Skip(row).Take(end - row)]);
            (row, firstToken) = (end, firstToken + tokens);
        }
    }

    /// <summary>Finds the row of one of the tokens, and its place in the row.</summary>
    internal (int Row, int Position) PlaceOf(int token)
    {
        int row = 0;
        for (; token >= Lengths[row]; row++) token -= Lengths[row];
        return (row, token);
    }
}
