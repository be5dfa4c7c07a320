namespace Microsoft.ML.Llm4Es;

/// <summary>A data view with the appended column.</summary>
internal sealed class AppendColumnView(AppendColumnMapper mapper, IDataView input) : IDataView
{
    public DataViewSchema Schema => mapper.OutputSchema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = mapper.Active(columnsNeeded);
        return Append(input.GetRowCursor(mapper.Needed(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = mapper.Active(columnsNeeded);
        DataViewRowCursor[] cursors = input.GetRowCursorSet(mapper.Needed(active), n, rand);
        return Array.ConvertAll(cursors, cursor => Append(cursor, active));
    }

    private DataViewRowCursor Append(DataViewRowCursor cursor, bool[] active) =>
        active[mapper.OutputColumn]
            ? mapper.Transformer.CreateCursor(mapper, cursor, active)
            // Nobody reads the appended column: pass rows through, read nothing ahead.
            : new AppendColumnCursor(mapper, cursor, active);
}
