using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Conformance;

/// <summary>Deals the rows of a view to as many cursors as are asked for, a few in succession to each: a data view need not give more than one.</summary>
internal sealed class DealtView(IDataView input) : IDataView
{
    private const int RowsInSuccession = 2;

    public DataViewSchema Schema => input.Schema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => input.GetRowCursor(columnsNeeded, rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        Assert.Null(rand);
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        return [.. Enumerable.Range(0, n).Select(part => new Cursor(input.GetRowCursor(columns), part, n))];
    }

    private sealed class Cursor(DataViewRowCursor input, int part, int parts) : DataViewRowCursor
    {
        private long _position = -1;

        public override DataViewSchema Schema => input.Schema;

        public override long Position => _position;

        /// <summary>Rows of a batch belong to one cursor, and batches of a cursor ascend.</summary>
        public override long Batch => Math.Max(0, input.Position / RowsInSuccession);

        public override bool MoveNext()
        {
            do
            {
                if (input.MoveNext()) continue;
                _position = -1;
                return false;
            }
            while (Batch % parts != part);

            _position++;
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing) input.Dispose();
            base.Dispose(disposing);
        }
    }
}
