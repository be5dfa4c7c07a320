using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The columns that ML.NET's trainers append.</summary>
internal static class PredictionColumns
{
    public const string Score = "Score";

    public const string Probability = "Probability";

    public const string PredictedLabel = "PredictedLabel";

    /// <exception cref="ArgumentException">The trainer makes no such column.</exception>
    public static DataViewSchema.Column Find(IDataView scored, string name, DataViewType expected)
    {
        DataViewSchema.Column? column = scored.Schema.GetColumnOrNull(name);
        return column?.Type.Equals(expected) == true
            ? column.Value
            : throw new ArgumentException($"The trainer makes {(column is null ? "no column" : $"a column of {column.Value.Type}")} '{name}'; {expected} is expected. " +
                "Choose a trainer for this kind of label: of MLContext.BinaryClassification for two classes, MulticlassClassification for more, Regression for a number.", nameof(scored));
    }
}
