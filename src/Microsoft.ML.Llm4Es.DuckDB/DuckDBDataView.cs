
namespace Microsoft.ML.Llm4Es.DuckDB;

/// <summary>A file or query as a data view: the schema and the row count are found once, rows stream through each cursor.</summary>
internal sealed class DuckDBDataView : IDataView
{
    private readonly DuckDBSource _source;
    private readonly DuckDBColumn[] _columns;
    private readonly long _rowCount;

    public DuckDBDataView(DuckDBSource source)
    {
        _source = source;
        (string Name, string Type)[] described = [.. Describe(source)];

        string counts = string.Concat(described.Select(column => $", count({TableFile.Quote(column.Name)})"));
        using DuckDBQuery present = source.Query($"SELECT count(*){counts} FROM {source.Relation}");
        present.Read();
        _rowCount = present.Value<long>(0);
        if (_rowCount == 0) throw new InvalidDataException($"{source.Name} has no rows. Check how it was made.");

        _columns = [.. described.Select((column, i) => DuckDBColumn.Create(column.Name, column.Type, hasMissing: present.Value<long>(i + 1) < _rowCount))];
        var schema = new DataViewSchema.Builder();
        foreach (DuckDBColumn column in _columns) schema.AddColumn(column.Name, column.Type);
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _rowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        int[] active = [.. columnsNeeded.Select(column => column.Index).Distinct().Order()];
        // Without a column, the rows are still counted off.
        string selected = active.Length == 0 ? "1" : string.Join(", ", active.Select(i => _columns[i].Expression));
        DuckDBQuery query = _source.Query($"SELECT {selected} FROM {_source.Relation}");
        return new DuckDBCursor(Schema, query, active.Select((column, ordinal) => (column, _columns[column].CreateGetter(query, ordinal))));
    }

    /// <summary>One cursor: rows come in the order of the file.</summary>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private static IEnumerable<(string Name, string Type)> Describe(DuckDBSource source)
    {
        using DuckDBQuery description = source.Query($"DESCRIBE SELECT * FROM {source.Relation}");
        while (description.Read()) yield return (description.Value<string>(0), description.Value<string>(1));
    }
}
