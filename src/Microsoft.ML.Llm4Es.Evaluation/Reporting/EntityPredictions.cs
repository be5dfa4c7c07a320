namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// What was predicted of each entity by the model of the fold that it is tested in, in the order of the entities: for two classes a score and the probability
/// of the second (not a number where the trainer gives none), for more a score of each class, for a number the number.
/// </summary>
public sealed class EntityPredictions
{
    // One array for all: a large evaluation has more rows than small arrays are worth.
    private readonly float[] _values;

    internal EntityPredictions(double[][] rows)
    {
        Width = rows.Length == 0 ? 0 : rows[0].Length;
        Count = rows.Length;
        _values = new float[Count * Width];
        for (int row = 0; row < Count; row++)
            for (int i = 0; i < Width; i++) _values[row * Width + i] = (float)rows[row][i];
    }

    /// <summary>Gets how many entities there are.</summary>
    public int Count { get; }

    /// <summary>Gets how many numbers are predicted of each.</summary>
    public int Width { get; }

    /// <summary>Gets what was predicted of an entity.</summary>
    /// <param name="row">Which entity, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entity.</exception>
    public ReadOnlySpan<float> this[int row] => row >= 0 && row < Count
        ? _values.AsSpan(row * Width, Width)
        : throw new ArgumentOutOfRangeException(nameof(row), row, $"There are {Count} entities.");
}
