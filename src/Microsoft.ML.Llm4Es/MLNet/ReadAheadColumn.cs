using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>The values of one passed-through column for the rows of a batch.</summary>
internal abstract class ReadAheadColumn
{
    private static readonly MethodInfo MakeScalar = typeof(ReadAheadColumn).GetMethod(nameof(CreateScalar), BindingFlags.NonPublic | BindingFlags.Static)!;
    private static readonly MethodInfo MakeVector = typeof(ReadAheadColumn).GetMethod(nameof(CreateVector), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the current row's value.</summary>
    public abstract Delegate Getter { get; }

    /// <summary>Keeps the input cursor's current value as that of row <paramref name="row"/> of the batch.</summary>
    public abstract void Read(int row);

    public static ReadAheadColumn Create(DataViewRowCursor input, DataViewSchema.Column column, int rows, Func<int> currentRow)
    {
        MethodInfo make = column.Type is VectorDataViewType vector
            ? MakeVector.MakeGenericMethod(vector.ItemType.RawType)
            : MakeScalar.MakeGenericMethod(column.Type.RawType);
        return (ReadAheadColumn)make.Invoke(null, [input, column, rows, currentRow])!;
    }

    private static Scalar<T> CreateScalar<T>(DataViewRowCursor input, DataViewSchema.Column column, int rows, Func<int> currentRow) =>
        new(input.GetGetter<T>(column), rows, currentRow);

    private static Vector<T> CreateVector<T>(DataViewRowCursor input, DataViewSchema.Column column, int rows, Func<int> currentRow) =>
        new(input.GetGetter<VBuffer<T>>(column), rows, currentRow);

    private sealed class Scalar<T>(ValueGetter<T> read, int rows, Func<int> currentRow) : ReadAheadColumn
    {
        private readonly T[] _values = new T[rows];

        public override Delegate Getter => (ValueGetter<T>)((ref T value) => value = _values[currentRow()]);

        public override void Read(int row) => read(ref _values[row]);
    }

    private sealed class Vector<T>(ValueGetter<VBuffer<T>> read, int rows, Func<int> currentRow) : ReadAheadColumn
    {
        private readonly VBuffer<T>[] _values = new VBuffer<T>[rows];

        public override Delegate Getter => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[currentRow()].CopyTo(ref value));

        public override void Read(int row) => read(ref _values[row]);
    }
}
