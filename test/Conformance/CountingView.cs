namespace Microsoft.ML.Llm4Es.Conformance;

/// <summary>Passes rows on, and counts how many cursors were opened with a column active.</summary>
internal sealed class CountingView(IDataView input) : IDataView
{
    private readonly Dictionary<string, int> _activations = input.Schema.ToDictionary(column => column.Name, _ => 0);

    public IReadOnlyDictionary<string, int> Activations => _activations;

    public DataViewSchema Schema => input.Schema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        Count(columns);
        return input.GetRowCursor(columns, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        Count(columns);
        return input.GetRowCursorSet(columns, n, rand);
    }

    private void Count(DataViewSchema.Column[] columns)
    {
        foreach (DataViewSchema.Column column in columns) _activations[column.Name]++;
    }
}
