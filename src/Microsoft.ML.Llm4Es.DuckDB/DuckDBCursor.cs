using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.DuckDB;

/// <summary>Rows of a running query, which it owns.</summary>
internal sealed class DuckDBCursor : DataViewRowCursor
{
    private readonly DuckDBQuery _query;
    private readonly Delegate?[] _getters;
    private long _position = -1;
    private bool _ended;

    public DuckDBCursor(DataViewSchema schema, DuckDBQuery query, IEnumerable<(int Column, Delegate Getter)> getters)
    {
        Schema = schema;
        _query = query;
        _getters = new Delegate?[schema.Count];
        foreach ((int column, Delegate getter) in getters) _getters[column] = getter;
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _ended ? -1 : _position;

    public override long Batch => 0;

    public override bool MoveNext()
    {
        if (_ended) return false;
        if (!_query.Read())
        {
            Dispose();
            return false;
        }

        _position++;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
    {
        RequireRow();
        id = new DataViewRowId((ulong)_position, 0);
    };

    public override bool IsColumnActive(DataViewSchema.Column column) => _getters[column.Index] is not null;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Delegate getter = _getters[column.Index]
            ?? throw new InvalidOperationException($"The column '{column.Name}' is not active.");
        ValueGetter<TValue> read = getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"The column '{column.Name}' is of type {column.Type}; it cannot be read as {typeof(TValue)}.");
        return (ref TValue value) =>
        {
            RequireRow();
            read(ref value);
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_ended)
        {
            _ended = true;
            _query.Dispose();
        }

        base.Dispose(disposing);
    }

    private void RequireRow()
    {
        if (Position < 0) throw new InvalidOperationException("The cursor has no current row: call MoveNext first.");
    }
}
