namespace Microsoft.ML.Llm4Es;

/// <summary>Other data to tune on beside the pipeline's own, such as the texts of another corpus: a mixture of data sets. It is read while fitting only.</summary>
public sealed class TrainingData
{
    /// <summary>Names data and its text columns.</summary>
    /// <param name="data">Rows that hold the texts already: the result of a fitted TextifyEvents, or texts from elsewhere.</param>
    /// <param name="texts">The columns, with their weights in the mixture. At least one.</param>
    /// <exception cref="ArgumentException">There is no column.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or holds no text.</exception>
    public TrainingData(IDataView data, params IReadOnlyList<TrainingText> texts)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0) throw new ArgumentException("No column is named. Name the columns that hold the texts.", nameof(texts));
        Data = data;
        Texts = [.. texts];
        TrainingTexts.CheckColumns(data.Schema, Texts);
    }

    /// <summary>Gets the rows.</summary>
    public IDataView Data { get; }

    /// <summary>Gets the columns.</summary>
    public IReadOnlyList<TrainingText> Texts { get; }
}
