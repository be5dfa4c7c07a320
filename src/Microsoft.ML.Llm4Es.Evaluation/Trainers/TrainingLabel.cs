using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The label that a trainer for classes learns: a boolean, or a key of more classes.</summary>
internal readonly record struct TrainingLabel(string Name, bool IsBinary)
{
    /// <exception cref="ArgumentException">There is no such column, or it is of another kind.</exception>
    public static TrainingLabel Of(SchemaShape rows, string name)
    {
        if (!rows.TryFind(name, out SchemaShape.Column column)) throw new ArgumentException($"There is no label column '{name}'. Columns: {string.Join(", ", rows.Select(c => c.Name))}.", nameof(name));
        if (column is { Kind: SchemaShape.Column.VectorKind.Scalar, IsKey: true }) return new(name, false);
        if (column is { Kind: SchemaShape.Column.VectorKind.Scalar } && column.ItemType is BooleanDataViewType) return new(name, true);
        throw new ArgumentException(
            $"The label '{name}' is {column.TypeText()}; a boolean, or a key (MapValueToKey) of more classes, is expected. For a number, choose LightGBM or another trainer of MLContext.Regression.", nameof(name));
    }

    /// <summary>The class of each row, from 0; -1 where it is missing.</summary>
    public int[] ReadClasses(IDataView rows) => IsBinary
        ? [.. rows.GetColumn<bool>(Name).Select(positive => positive ? 1 : 0)]
        : [.. rows.GetColumn<uint>(Name).Select(key => (int)key - 1)];

    /// <summary>The mean log-loss of predictions of rows whose label is known.</summary>
    public double LogLoss(IDataView scored)
    {
        int[] classes = ReadClasses(scored);
        int[] known = [.. Enumerable.Range(0, classes.Length).Where(row => classes[row] >= 0)];
        if (IsBinary)
        {
            float[] probabilities = [.. scored.GetColumn<float>(PredictionColumns.Probability)];
            return ClassificationMetrics.LogLoss(Array.ConvertAll(known, row => classes[row] == 1), Array.ConvertAll(known, row => (double)probabilities[row]));
        }

        float[][] scores = [.. scored.GetColumn<float[]>(PredictionColumns.Score)];
        return ClassificationMetrics.LogLoss(Array.ConvertAll(known, row => classes[row]), Array.ConvertAll(known, row => Array.ConvertAll(scores[row], score => (double)score)));
    }
}
