namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// Rows of token ids of different length, laid end to end. There is no padding, so nothing is computed in vain, and a row cannot see its neighbours:
/// everything but attention works on <c>[tokens, hidden]</c>, and attention runs within each row.
/// </summary>
public sealed class TokenBatch
{
    /// <summary>Lays rows end to end.</summary>
    /// <param name="rows">The rows; none may be empty.</param>
    /// <exception cref="ArgumentException">There is no row, or one is empty.</exception>
    public TokenBatch(IReadOnlyList<ReadOnlyMemory<int>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0) throw new ArgumentException("A batch needs at least one row.", nameof(rows));

        Lengths = [.. rows.Select(row => row.Length)];
        int empty = Array.IndexOf(Lengths, 0);
        if (empty >= 0) throw new ArgumentException($"Row {empty} of the batch has no tokens; leave such rows out.", nameof(rows));

        Ids = new long[Lengths.Sum()];
        int at = 0;
        foreach (ReadOnlyMemory<int> row in rows)
        {
            foreach (int id in row.Span) Ids[at++] = id;
        }
    }

    /// <summary>Gets the number of tokens of each row.</summary>
    public IReadOnlyList<int> RowLengths => Lengths;

    /// <summary>Gets the number of rows.</summary>
    public int Rows => Lengths.Length;

    /// <summary>Gets the number of tokens of all rows together.</summary>
    public int Tokens => Ids.Length;

    internal int[] Lengths { get; }

    /// <summary>The ids of all rows, end to end.</summary>
    internal long[] Ids { get; }

    /// <summary>Runs of neighbouring rows of equal length, which attention computes together.</summary>
    internal IEnumerable<(int Start, int Rows, int Length)> EqualRuns()
    {
        int start = 0;
        for (int row = 0; row < Lengths.Length;)
        {
            int length = Lengths[row], end = row + 1;
            while (end < Lengths.Length && Lengths[end] == length) end++;
            yield return (start, end - row, length);
            start += (end - row) * length;
            row = end;
        }
    }

    /// <summary>The position of each token in its row.</summary>
    internal long[] Positions()
    {
        long[] positions = new long[Ids.Length];
        int at = 0;
        foreach (int length in Lengths)
        {
            for (int i = 0; i < length; i++) positions[at++] = i;
        }

        return positions;
    }
}
