using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Conformance;

/// <summary>Reads columns of any type from a row, as plain arrays that tests can compare.</summary>
internal sealed class RowReader
{
    private static readonly MethodInfo MakeScalar = Method(nameof(Scalar));
    private static readonly MethodInfo MakeVector = Method(nameof(Vector));

    private readonly (string Name, Func<Array> Read)[] _columns;
    private readonly ValueGetter<DataViewRowId> _id;

    private RowReader(DataViewRow row, IEnumerable<DataViewSchema.Column> columns)
    {
        _columns = [.. columns.Select(column => (column.Name, Getter(row, column)))];
        _id = row.GetIdGetter();
    }

    /// <summary>All rows of a view, with some of its columns active.</summary>
    public static List<Row> ReadAll(IDataView view, Func<DataViewSchema.Column, bool> active)
    {
        DataViewSchema.Column[] columns = [.. view.Schema.Where(active)];
        using DataViewRowCursor cursor = view.GetRowCursor(columns);
        Assert.Same(view.Schema, cursor.Schema);
        Assert.All(view.Schema, column => Assert.Equal(active(column), cursor.IsColumnActive(column)));
        return ReadAll(cursor, columns);
    }

    /// <summary>All rows that a cursor hands out.</summary>
    public static List<Row> ReadAll(DataViewRowCursor cursor, IEnumerable<DataViewSchema.Column> columns)
    {
        var reader = new RowReader(cursor, columns);
        var rows = new List<Row>();
        while (cursor.MoveNext()) rows.Add(reader.Read(cursor));
        return rows;
    }

    /// <summary>The values of the current row.</summary>
    public static Row ReadCurrent(DataViewRow row, IEnumerable<DataViewSchema.Column> columns) => new RowReader(row, columns).Read(row);

    private Row Read(DataViewRow row)
    {
        DataViewRowId id = default;
        _id(ref id);
        return new Row(id, row.Position, row.Batch, _columns.ToDictionary(column => column.Name, column => column.Read()));
    }

    private static Func<Array> Getter(DataViewRow row, DataViewSchema.Column column)
    {
        MethodInfo make = column.Type is VectorDataViewType vector ? MakeVector.MakeGenericMethod(vector.ItemType.RawType) : MakeScalar.MakeGenericMethod(column.Type.RawType);
        return (Func<Array>)make.Invoke(null, [row, column])!;
    }

    private static Func<Array> Scalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return new[] { Comparable(value) };
        };
    }

    private static Func<Array> Vector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        return () =>
        {
            VBuffer<T> value = default;
            getter(ref value);
            return value.DenseValues().Select(Comparable).ToArray();
        };
    }

    /// <summary>Texts are equal by what they say, not by where they lie in memory.</summary>
    private static object? Comparable<T>(T value) => value is ReadOnlyMemory<char> text ? text.ToString() : value;

    private static MethodInfo Method(string name) => typeof(RowReader).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;
}

/// <summary>A row as it was read.</summary>
internal sealed record Row(DataViewRowId Id, long Position, long Batch, IReadOnlyDictionary<string, Array> Values);
