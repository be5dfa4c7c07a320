using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The label that a trainer for classes learns: a boolean, or a key of more classes.</summary>
internal readonly record struct TrainingLabel(string Name, bool IsBinary)
{
    /// <summary>One that is 0 counts as this, so that its logarithm is finite.</summary>
    public const double LeastProbability = 1e-6;

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

    /// <summary>For each row the logarithm of the probability of each class.</summary>
    public double[][] LogProbabilities(IDataView scored) => IsBinary
        ? [.. scored.GetColumn<float>(PredictionColumns.Score).Select(logOdds => new[] { LogSigmoid(-logOdds), LogSigmoid(logOdds) })]
        : [.. scored.GetColumn<float[]>(PredictionColumns.Score).Select(probabilities => Array.ConvertAll(probabilities, p => Math.Log(Math.Max(p, LeastProbability))))];

    private static double LogSigmoid(double x) => x < 0 ? x - Math.Log(1 + Math.Exp(x)) : -Math.Log(1 + Math.Exp(-x));
}
