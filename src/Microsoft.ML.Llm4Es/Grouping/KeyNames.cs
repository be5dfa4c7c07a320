using System.Globalization;
using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>Reads what the numbers of a key type stand for, from the column's annotation of key values.</summary>
internal static class KeyNames
{
    private const string Kind = "KeyValues";

    private static readonly MethodInfo ReadMethod = typeof(KeyNames).GetMethod(nameof(Read), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>The names in the order of the keys, the first that of key 1; none where the column does not tell.</summary>
    public static string[] Of(DataViewSchema.Column column) =>
        column.Annotations.Schema.GetColumnOrNull(Kind)?.Type is VectorDataViewType names
            ? (string[])ReadMethod.MakeGenericMethod(names.ItemType.RawType).Invoke(null, [column])!
            : [];

    private static string[] Read<T>(DataViewSchema.Column column) where T : notnull
    {
        VBuffer<T> names = default;
        column.Annotations.GetValue(Kind, ref names);
        return [.. names.DenseValues().Select(name => Convert.ToString(name, CultureInfo.InvariantCulture) ?? "")];
    }
}
