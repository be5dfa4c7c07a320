using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The features that a trainer learns from.</summary>
internal static class TrainingFeatures
{
    /// <exception cref="ArgumentException">There is no such column, or it is no vector of floats.</exception>
    public static void Check(DataViewSchema rows, string name)
    {
        if (rows.GetColumnOrNull(name) is not { } column)
            throw new ArgumentException($"There is no feature column '{name}'. Columns: {string.Join(", ", rows.Where(c => !c.IsHidden).Select(c => c.Name))}.", nameof(name));
        if (column.Type is not VectorDataViewType { ItemType: var item } || !item.Equals(NumberDataViewType.Single))
            throw new ArgumentException($"The features '{name}' are {column.Type}; a vector of floats is expected. Concatenate makes one of several columns.", nameof(name));
    }
}
