using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>The values of one scalar column, row by row as they were read.</summary>
internal abstract class ColumnValues
{
    private static readonly MethodInfo MakeOf = typeof(ColumnValues).GetMethod(nameof(CreateOf), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Keeps the cursor's current value.</summary>
    public abstract void Read();

    /// <summary>Whether the value of a row is missing: empty text, not a number, a date that was never set, a key of 0.</summary>
    public abstract bool IsMissing(int row);

    public abstract bool AreEqual(int row, int other);

    /// <summary>Which of two rows comes first.</summary>
    public abstract int Compare(int row, int other);

    /// <summary>How much later a row is than another: days of dates and durations, else the difference of numbers. Not for text.</summary>
    public virtual double Since(int row, int earlier) => throw new InvalidOperationException("The values are no times.");

    /// <summary>A row's value for people to read; different for different values.</summary>
    public abstract string Text(int row);

    /// <summary>The values of rows in the order given, as a scalar column.</summary>
    public abstract MemoryColumn ToScalars(int[] rows);

    /// <summary>The values of rows in the order given, as a vector column.</summary>
    public abstract MemoryColumn ToVectors(int[] rows, int[] starts);

    /// <summary>A number for each row, the same for equal values, counted in the order in which values come first.</summary>
    public abstract int[] Distinct(out int count);

    public static ColumnValues Create(DataViewRowCursor cursor, DataViewSchema.Column column) => column.Type is TextDataViewType
        ? new TextColumnValues(cursor.GetGetter<ReadOnlyMemory<char>>(column))
        : (ColumnValues)MakeOf.MakeGenericMethod(column.Type.RawType).Invoke(null, [cursor, column])!;

    private static ColumnValues<T> CreateOf<T>(DataViewRowCursor cursor, DataViewSchema.Column column) where T : notnull =>
        new(cursor.GetGetter<T>(column), column.Type is KeyDataViewType ? KeyNames.Of(column) : null);
}
