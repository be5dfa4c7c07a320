using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>The rows of entities that found their row in a table, with the table's columns. Entities are read in their own order, so that rows stay matched.</summary>
internal sealed class JoinedView : IDataView
{
    private readonly IDataView _entities;
    private readonly MemoryColumn[] _added;
    private readonly int?[] _matches;

    public JoinedView(IDataView entities, DataViewSchema.Column[] added, MemoryColumn[] columns, int?[] matches)
    {
        _entities = entities;
        _added = columns;
        _matches = matches;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(entities.Schema);
        foreach (DataViewSchema.Column column in added) builder.AddColumn(column.Name, column.Type, column.Annotations);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _matches.Count(match => match is not null);

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = new bool[Schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded) active[column.Index] = true;
        return new Cursor(this, _entities.GetRowCursor(_entities.Schema.Where(column => active[column.Index]).ToArray()), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(JoinedView view, DataViewRowCursor input, bool[] active) : DataViewRowCursor
    {
        private int _joined = -1;
        private bool _ended;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _ended ? -1 : _joined;

        public override long Batch => input.Batch;

        public override bool MoveNext()
        {
            while (input.MoveNext())
            {
                if (view._matches[input.Position] is null) continue;
                _joined++;
                return true;
            }

            _ended = true;
            return false;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index >= active.Length || !active[column.Index]) throw new InvalidOperationException($"The column '{column.Name}' is not active.");
            int added = column.Index - view._entities.Schema.Count;
            return added < 0
                ? input.GetGetter<TValue>(view._entities.Schema[column.Index])
                : AppendColumnMapper.Cast<TValue>(view._added[added].CreateGetter(Row), view.Schema[column.Index]);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) input.Dispose();
            base.Dispose(disposing);
        }

        private int Row() => Position >= 0 ? _joined : throw new InvalidOperationException("The cursor has no current row: call MoveNext first.");
    }
}
