using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>The rows of entities that find their row in a table, with the table's columns.</summary>
internal sealed class JoinedView : IDataView
{
    private readonly IDataView _entities;
    private readonly DataViewSchema.Column _key;
    private readonly Dictionary<string, int> _rowOf;
    private readonly MemoryColumn[] _columns;
    private readonly int _matched;

    public JoinedView(
        IDataView entities, DataViewSchema.Column key, Dictionary<string, int> rowOf, DataViewSchema.Column[] added, MemoryColumn[] columns, int matched)
    {
        _entities = entities;
        _key = key;
        _rowOf = rowOf;
        _columns = columns;
        _matched = matched;

        var builder = new DataViewSchema.Builder();
        builder.AddColumns(entities.Schema);
        foreach (DataViewSchema.Column column in added) builder.AddColumn(column.Name, column.Type, column.Annotations);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => _entities.CanShuffle;

    public long? GetRowCount() => _matched;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = Active(columnsNeeded);
        return new Cursor(this, _entities.GetRowCursor(Needed(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = Active(columnsNeeded);
        return Array.ConvertAll(_entities.GetRowCursorSet(Needed(active), n, rand), DataViewRowCursor (cursor) => new Cursor(this, cursor, active));
    }

    private bool[] Active(IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        bool[] active = new bool[Schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded) active[column.Index] = true;
        return active;
    }

    /// <summary>The key is always read: it tells which rows there are.</summary>
    private DataViewSchema.Column[] Needed(bool[] active) => [.. _entities.Schema.Where(column => active[column.Index] || column.Index == _key.Index)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly JoinedView _view;
        private readonly DataViewRowCursor _input;
        private readonly bool[] _active;
        private readonly Func<string> _readKey;
        private long _position = -1;
        private int _row = -1;

        public Cursor(JoinedView view, DataViewRowCursor input, bool[] active)
        {
            _view = view;
            _input = input;
            _active = active;
            _readKey = EntityKey.CreateReader(input, view._key);
        }

        public override DataViewSchema Schema => _view.Schema;

        public override long Position => _row < 0 ? -1 : _position;

        public override long Batch => _input.Batch;

        private int Row => _row >= 0 ? _row : throw new InvalidOperationException("The cursor has no current row: call MoveNext first.");

        public override bool MoveNext()
        {
            while (_input.MoveNext())
            {
                if (!_view._rowOf.TryGetValue(_readKey(), out _row)) continue;
                _position++;
                return true;
            }

            _row = -1;
            return false;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index >= _active.Length || !_active[column.Index]) throw new InvalidOperationException($"The column '{column.Name}' is not active.");

            int added = column.Index - _view._entities.Schema.Count;
            return added < 0
                ? _input.GetGetter<TValue>(_view._entities.Schema[column.Index])
                : AppendColumnMapper.Cast<TValue>(_view._columns[added].CreateGetter(() => Row), _view.Schema[column.Index]);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _input.Dispose();
            base.Dispose(disposing);
        }
    }
}
