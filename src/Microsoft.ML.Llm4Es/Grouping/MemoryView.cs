using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>A data view that is held in memory, column by column. Any number of cursors may read it at once.</summary>
internal sealed class MemoryView(DataViewSchema schema, MemoryColumn[] columns, int rows) : IDataView
{
    /// <summary>How many rows in succession one cursor of a set reads.</summary>
    private const int BlockRows = 64;

    public DataViewSchema Schema => schema;

    public bool CanShuffle => true;

    public long? GetRowCount() => rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, Active(columnsNeeded), Order(rand), part: 0, parts: 1);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        int parts = Math.Clamp((rows + BlockRows - 1) / BlockRows, 1, Math.Max(n, 1));
        bool[] active = Active(columnsNeeded);
        int[]? order = Order(rand);
        return [.. Enumerable.Range(0, parts).Select(part => new Cursor(this, active, order, part, parts))];
    }

    private bool[] Active(IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        bool[] active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded) active[column.Index] = true;
        return active;
    }

    private int[]? Order(Random? rand)
    {
        if (rand is null) return null;

        int[] order = [.. Enumerable.Range(0, rows)];
        rand.Shuffle(order);
        return order;
    }

    /// <summary>Reads every block of rows whose number leaves <c>part</c> when divided by <c>parts</c>.</summary>
    private sealed class Cursor(MemoryView view, bool[] active, int[]? order, int part, int parts) : DataViewRowCursor
    {
        private long _position = -1;
        private int _block = part - parts;
        private int _inBlock = BlockRows - 1;
        private bool _ended;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _ended ? -1 : _position;

        public override long Batch => Math.Max(_block, 0);

        private int Row
        {
            get
            {
                if (Position < 0) throw new InvalidOperationException("The cursor has no current row: call MoveNext first.");
                int row = _block * BlockRows + _inBlock;
                return order is null ? row : order[row];
            }
        }

        public override bool MoveNext()
        {
            if (_ended) return false;

            if (++_inBlock == BlockRows)
            {
                _inBlock = 0;
                _block += parts;
            }

            _position++;
            _ended = (long)_block * BlockRows + _inBlock >= view.GetRowCount();
            return !_ended;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)Row, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index >= active.Length || !active[column.Index]) throw new InvalidOperationException($"The column '{column.Name}' is not active.");
            return AppendColumnMapper.Cast<TValue>(view.Getter(column.Index, () => Row), view.Schema[column.Index]);
        }

        protected override void Dispose(bool disposing)
        {
            _ended = true;
            base.Dispose(disposing);
        }
    }

    private Delegate Getter(int column, Func<int> row) => columns[column].CreateGetter(row);
}
