using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.DuckDB.Tests;

public sealed class DuckDBCursorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IDataView _rows;

    public DuckDBCursorTests() =>
        _rows = new MLContext().Data.LoadFromTableFile(
            _folder.Write("a.csv", "id,name\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{i},n{i}\n"))));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cursor_ReadsOnlyActiveColumns()
    {
        using DataViewRowCursor cursor = _rows.GetRowCursor([_rows.Schema["name"]]);

        Assert.False(cursor.IsColumnActive(_rows.Schema["id"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<long>(_rows.Schema["id"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<long>(_rows.Schema["name"]));
    }

    [Fact]
    public void Cursor_WithoutColumnsCountsTheRows()
    {
        using DataViewRowCursor cursor = _rows.GetRowCursor([]);
        ValueGetter<DataViewRowId> getId = cursor.GetIdGetter();
        DataViewRowId id = default;
        for (ulong row = 0; row < 10_000; row++)
        {
            Assert.True(cursor.MoveNext());
            getId(ref id);
            Assert.Equal(new DataViewRowId(row, 0), id);
        }

        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
    }

    [Fact]
    public void Cursor_BeforeTheFirstRowHasNoValue()
    {
        using DataViewRowCursor cursor = _rows.GetRowCursor(_rows.Schema);
        ValueGetter<long> id = cursor.GetGetter<long>(_rows.Schema["id"]);
        long value = 0;

        Assert.Throws<InvalidOperationException>(() => id(ref value));
    }

    [Fact]
    public void Cursors_AtOnceDoNotDisturbEachOther()
    {
        long[][] read = new long[8][];
        Parallel.For(0, read.Length, i => read[i] = [.. _rows.GetColumn<long>("id")]);

        Assert.All(read, ids => Assert.Equal(Enumerable.Range(0, 10_000).Select(i => (long)i), ids));
    }

    [Fact]
    public void Cursor_AbandonedHalfWayReleasesTheFile()
    {
        using (DataViewRowCursor cursor = _rows.GetRowCursor(_rows.Schema)) Assert.True(cursor.MoveNext());

        File.Delete(_folder["a.csv"]);

        Assert.Throws<InvalidDataException>(() => _rows.GetRowCursor(_rows.Schema));
    }
}
