using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Conformance;

/// <content>Several readers at once.</content>
public abstract partial class TransformerConformance
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void CursorSet_HandsOutEveryRowOnceWhenReadInParallel(int count)
    {
        List<Row> expected = RowReader.ReadAll(Transformed, _ => true);
        IDataView transformed = Transformer.Transform(new DealtView(Input));
        DataViewRowCursor[] cursors = transformed.GetRowCursorSet(transformed.Schema, count);
        Assert.Equal(count, cursors.Length);
        var parts = new List<Row>[cursors.Length];

        Parallel.For(0, cursors.Length, i =>
        {
            using DataViewRowCursor cursor = cursors[i];
            parts[i] = RowReader.ReadAll(cursor, cursor.Schema);
        });

        Dictionary<DataViewRowId, Row> byId = parts.SelectMany(rows => rows).ToDictionary(row => row.Id);
        Assert.Equal(expected.Count, byId.Count);
        Assert.All(expected, row => RowAssert.EqualValues(row, byId[row.Id]));
        Assert.All(parts, rows => Assert.Equal(rows.Select(row => row.Batch).Order(), rows.Select(row => row.Batch)));
    }

    [Fact]
    public void CursorSet_ConsolidatedByMLNet_IsTheSequenceOfRows()
    {
        List<Row> expected = RowReader.ReadAll(Transformed, _ => true);
        IDataView transformed = Transformer.Transform(new DealtView(Input));
        using DataViewRowCursor consolidated = Consolidate(_ml, transformed.GetRowCursorSet(transformed.Schema, 4));

        RowAssert.Equal(expected, RowReader.ReadAll(consolidated, consolidated.Schema));
    }

    [Fact]
    public void Cursors_AtOnce_DoNotDisturbEachOther()
    {
        List<Row> expected = RowReader.ReadAll(Transformed, _ => true);
        IDataView transformed = Transformed;
        using DataViewRowCursor first = transformed.GetRowCursor(transformed.Schema);
        Assert.True(first.MoveNext());

        Parallel.For(0, 6, _ => RowAssert.Equal(expected, RowReader.ReadAll(transformed, _ => true)));

        RowAssert.EqualValues(expected[0], RowReader.ReadCurrent(first, transformed.Schema));
        RowAssert.Equal(expected[1..], RowReader.ReadAll(first, transformed.Schema));
    }

    [Fact]
    public void Rows_OfSeveralPredictionEnginesAtOnce_AreThoseOfTheCursor()
    {
        Dictionary<DataViewRowId, Row> expected = RowReader.ReadAll(Transformed, _ => true).ToDictionary(row => row.Id);

        // A prediction engine has a mapper of its own, and one row that changes under it.
        Parallel.For(0, 8, _ =>
        {
            IRowToRowMapper mapper = Transformer.GetRowToRowMapper(Input.Schema);
            using DataViewRowCursor input = Input.GetRowCursor(Input.Schema);
            using DataViewRow row = mapper.GetRow(input, mapper.OutputSchema);
            while (input.MoveNext())
            {
                Row read = RowReader.ReadCurrent(row, mapper.OutputSchema);
                RowAssert.EqualValues(expected[read.Id], read);
            }
        });
    }

    /// <summary>ML.NET reads cursor sets so where it has threads to spare; the method is its own.</summary>
    private static DataViewRowCursor Consolidate(MLContext ml, DataViewRowCursor[] cursors)
    {
        MethodInfo method = typeof(DataDebuggerPreview).Assembly.GetType("Microsoft.ML.Data.DataViewUtils")!.GetMethod("ConsolidateGeneric", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)!;
        return (DataViewRowCursor)method.Invoke(null, [ml, cursors, 3])!;
    }
}
