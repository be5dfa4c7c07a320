using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Rows of token ids of different length, laid end to end without padding.</summary>
/// <remarks>
/// Positions restart in each row and attention never crosses rows, so that a row's result does not depend on its neighbours, and packing several
/// sequences is the same thing as batching them. Neighbouring rows of equal length are attended together: order rows by length where speed matters.
/// </remarks>
public sealed class TokenBatch
{
    private readonly int[] _ids;
    private readonly int[] _lengths;

    /// <summary>Lays rows end to end.</summary>
    /// <param name="rows">One or more rows of one or more token ids each; the ids are copied.</param>
    /// <exception cref="ArgumentException">There are no rows, or a row is empty.</exception>
    public TokenBatch(IReadOnlyList<ReadOnlyMemory<int>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0) throw new ArgumentException("A batch needs one row or more.", nameof(rows));
        _lengths = new int[rows.Count];
        for (int row = 0; row < rows.Count; row++)
        {
            if (rows[row].IsEmpty) throw new ArgumentException($"Row {row} is empty; a row needs one token or more.", nameof(rows));
            _lengths[row] = rows[row].Length;
        }

        _ids = new int[_lengths.Sum()];
        int start = 0;
        foreach (ReadOnlyMemory<int> row in rows)
        {
            row.CopyTo(_ids.AsMemory(start));
            start += row.Length;
        }

        Runs = FindRuns(_lengths);
    }

    private TokenBatch(int[] ids, int[] lengths)
    {
        _ids = ids;
        _lengths = lengths;
        Runs = FindRuns(lengths);
    }

    /// <summary>Gets the number of tokens of each row.</summary>
    public IReadOnlyList<int> Lengths => _lengths;

    /// <summary>Gets the number of rows.</summary>
    public int RowCount => _lengths.Length;

    /// <summary>Gets the number of tokens of all rows together.</summary>
    public int TokenCount => _ids.Length;

    /// <summary>Gets the token ids of all rows, <c>[tokens]</c>.</summary>
    public ReadOnlySpan<int> Ids => _ids;

    /// <summary>Gets the neighbouring rows of equal length, in order.</summary>
    internal IReadOnlyList<RowRun> Runs { get; }

    /// <summary>Cuts the rows into neighbouring parts of about as many tokens each, none of them empty.</summary>
    /// <param name="parts">How many parts; at most as many as there are rows.</param>
    /// <returns>The parts, and the row that each begins with.</returns>
    internal (int FirstRow, TokenBatch Rows)[] Divide(int parts)
    {
        var divided = new (int FirstRow, TokenBatch Rows)[parts];
        int row = 0, token = 0;
        for (int part = 0; part < parts; part++)
        {
            (int firstRow, int firstToken) = (row, token);
            long end = (long)TokenCount * (part + 1) / parts;
            int lastStart = RowCount - (parts - part - 1);
            do token += _lengths[row++];
            while (row < lastStart && (part == parts - 1 || token + (_lengths[row] / 2) < end));
            divided[part] = (firstRow, new TokenBatch(_ids[firstToken..token], _lengths[firstRow..row]));
        }

        return divided;
    }

    /// <summary>Makes a tensor of the token ids, int64 <c>[tokens]</c>.</summary>
    internal Tensor ToTensor(Device device)
    {
        long[] ids = Array.ConvertAll(_ids, id => (long)id);
        return tensor(ids, ScalarType.Int64, device);
    }

    private static List<RowRun> FindRuns(int[] lengths)
    {
        List<RowRun> runs = [];
        foreach (int length in lengths)
        {
            if (runs.Count > 0 && runs[^1].Length == length) runs[^1] = runs[^1] with { Rows = runs[^1].Rows + 1 };
            else runs.Add(new(1, length));
        }

        return runs;
    }
}

/// <summary>Neighbouring rows of equal length.</summary>
internal readonly record struct RowRun(int Rows, int Length)
{
    internal int Tokens => Rows * Length;
}
