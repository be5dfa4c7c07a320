using System.Globalization;
using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Reads a scalar column of any type as text.</summary>
internal static class ScalarColumn
{
    private static readonly MethodInfo ReadTyped = typeof(ScalarColumn).GetMethod(nameof(ReadAs), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>The value of each row as invariant text; empty where it is missing.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it is a vector.</exception>
    public static string[] Read(IDataView rows, string name)
    {
        DataViewSchema.Column column = rows.Schema.GetColumnOrNull(name)
            ?? throw new ArgumentException($"There is no column '{name}'. The data has: {string.Join(", ", rows.Schema.Select(c => c.Name))}.", nameof(name));
        if (column.Type is VectorDataViewType)
            throw new ArgumentException($"The column '{name}' is of type {column.Type}; a label or fold is one value a row.", nameof(name));

        return (string[])ReadTyped.MakeGenericMethod(column.Type.RawType).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [rows, column], null)!;
    }

    private static string[] ReadAs<T>(IDataView rows, DataViewSchema.Column column) =>
        [.. rows.GetColumn<T>(column).Select(value => Text(value, column.Type))];

    private static string Text<T>(T value, DataViewType type) => value switch
    {
        float.NaN or double.NaN => "",
        uint key when type is KeyDataViewType && key == 0 => "",
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value!.ToString()!,
    };
}
