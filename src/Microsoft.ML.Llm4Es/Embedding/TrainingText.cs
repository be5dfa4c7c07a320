namespace Microsoft.ML.Llm4Es;

/// <summary>A column of texts to tune on, and how often an epoch passes over it.</summary>
/// <remarks>
/// With weight 1 each of its texts is seen once an epoch, with 2 twice. With 0.5 a text is in an epoch with even chance, drawn anew for each epoch by the
/// seed; with 1.5 it is there once or twice. So the share of a column in what is seen is its weight times its tokens, over the sum of that for all columns.
/// </remarks>
public sealed record TrainingText
{
    /// <summary>Names a column.</summary>
    /// <param name="column">A column of text, or of vectors of text such as variants of one text, each of which counts as a text.</param>
    /// <param name="weight">How often each text is seen an epoch, on average.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The weight is not above 0, or above 1,000,000.</exception>
    public TrainingText(string column, double weight = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(column);
        Column = column;
        Weight = CheckWeight(weight, nameof(weight));
    }

    /// <summary>Gets the name of the column.</summary>
    public string Column { get; }

    /// <summary>Gets how often each text is seen an epoch, on average.</summary>
    public double Weight { get; }

    /// <summary>Names a column of weight 1.</summary>
    /// <param name="column">The column.</param>
    public static implicit operator TrainingText(string column) => FromString(column);

    /// <summary>Names a column of weight 1.</summary>
    /// <param name="column">The column.</param>
    /// <returns>The column and its weight.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static TrainingText FromString(string column) => new(column);

    private static double CheckWeight(double weight, string name) => weight is > 0 and <= 1_000_000
        ? weight
        : throw new ArgumentOutOfRangeException(name, weight, "The weight must be above 0, up to 1,000,000. Leave the column out if it is not to be tuned on.");
}
