using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>A data view that is held in memory, column by column.</summary>
internal sealed class MemoryView(DataViewSchema schema, MemoryColumn[] columns, int rows) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => true;

    public long? GetRowCount() => rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        int[] order = [.. Enumerable.Range(0, rows)];
        rand?.Shuffle(order);
        return new Cursor(schema, columns, order, columnsNeeded);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly DataViewSchema _schema;
        private readonly MemoryColumn[] _columns;
        private readonly int[] _order;
        private readonly bool[] _active;
        private int _next;
        private bool _ended;

        public Cursor(DataViewSchema schema, MemoryColumn[] columns, int[] order, IEnumerable<DataViewSchema.Column> columnsNeeded)
        {
            _schema = schema;
            _columns = columns;
            _order = order;
            _active = new bool[schema.Count];
            foreach (DataViewSchema.Column column in columnsNeeded) _active[column.Index] = true;
        }

        public override DataViewSchema Schema => _schema;

        public override long Position => _ended ? -1 : _next - 1;

        public override long Batch => 0;

        private int Row => Position >= 0 ? _order[Position] : throw new InvalidOperationException("The cursor has no current row: call MoveNext first.");

        public override bool MoveNext()
        {
            if (_ended || ++_next > _order.Length) _ended = true;
            return !_ended;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)Row, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index >= _active.Length || !_active[column.Index]) throw new InvalidOperationException($"The column '{column.Name}' is not active.");
            return AppendColumnMapper.Cast<TValue>(_columns[column.Index].CreateGetter(() => Row), _schema[column.Index]);
        }
    }
}
