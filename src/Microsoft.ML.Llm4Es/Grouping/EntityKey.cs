using System.Globalization;
using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>The column that tells entities apart: which types it may have, and its values as text.</summary>
internal static class EntityKey
{
    private static readonly MethodInfo CreateMethod = typeof(EntityKey).GetMethod(nameof(Create), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Finds the column; throws where it is missing or its type does not tell entities apart.</summary>
    /// <param name="schema">Where to look.</param>
    /// <param name="name">The column.</param>
    /// <param name="data">What the schema is of: "events", "entities", "table".</param>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string data)
    {
        DataViewSchema.Column column = EventColumns.Find(schema, name, "key", data);
        return column.Type switch
        {
            NumberDataViewType when column.Type.RawType == typeof(float) || column.Type.RawType == typeof(double) => throw new ArgumentOutOfRangeException(
                nameof(schema),
                $"The key column '{name}' of the {data} is of type {column.Type}. Whole numbers beyond what it can hold are rounded, so that different " +
                "entities become one: load the column as text or as Int64."),
            PrimitiveDataViewType and not RowIdDataViewType => column,
            _ => throw new ArgumentOutOfRangeException(
                nameof(schema), $"The key column '{name}' of the {data} is of type {column.Type}; text, an integer, a boolean, a date or a key type is expected."),
        };
    }

    /// <summary>Reads the row's key as text, the same for equal keys of any type that can hold both: 17 and "17". Empty where it is missing.</summary>
    public static Func<string> CreateReader(DataViewRow row, DataViewSchema.Column column) =>
        (Func<string>)CreateMethod.MakeGenericMethod(column.Type.RawType).Invoke(null, [row, column])!;

    /// <summary>A value as text; what tells apart any two different values of the type.</summary>
    public static string Text<T>(T value) => value switch
    {
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>A key's name, its number where the column does not tell names, nothing where it is missing.</summary>
    public static string Text(ulong key, string[] names) => key switch
    {
        0 => "",
        _ when key <= (ulong)names.Length => names[key - 1],
        _ => key.ToString(CultureInfo.InvariantCulture),
    };

    private static Func<string> Create<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        string[] names = column.Type is KeyDataViewType ? KeyNames.Of(column) : [];
        T value = default!;
        return () =>
        {
            getter(ref value);
            return column.Type is KeyDataViewType ? Text(Convert.ToUInt64(value, CultureInfo.InvariantCulture), names) : Text(value);
        };
    }
}
