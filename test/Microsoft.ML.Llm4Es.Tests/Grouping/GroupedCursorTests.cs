using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tests.Grouping;

/// <summary>What ML.NET expects of a data view, checked on grouped and on joined entities.</summary>
public sealed class GroupedCursorTests
{
    private const int Entities = 300;

    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<bool> Joined => [false, true];

    [Theory]
    [MemberData(nameof(Joined))]
    public void GetRowCursorSet_HandsOutEveryRowOnce(bool joined)
    {
        IDataView view = View(joined);

        foreach (int n in new[] { 1, 2, 3, 100 })
        {
            DataViewRowCursor[] cursors = view.GetRowCursorSet(view.Schema, n);
            Assert.InRange(cursors.Length, 1, n);
            Assert.Equal(Enumerable.Range(0, Entities), cursors.SelectMany(Ids).Order());
        }
    }

    [Theory]
    [MemberData(nameof(Joined))]
    public void GetRowCursorSet_PutsBatchesInOrder(bool joined)
    {
        IDataView view = View(joined);
        var rows = new List<(long Batch, int Id)>();
        foreach (DataViewRowCursor cursor in view.GetRowCursorSet(view.Schema, 3))
        {
            using (cursor)
            {
                Func<int> id = Reader(cursor);
                long batch = -1;
                while (cursor.MoveNext())
                {
                    Assert.True(cursor.Batch >= batch);
                    batch = cursor.Batch;
                    rows.Add((batch, id()));
                }
            }
        }

        Assert.Equal(Enumerable.Range(0, Entities), rows.OrderBy(row => row.Batch).Select(row => row.Id));
    }

    [Theory]
    [MemberData(nameof(Joined))]
    public void Shuffle_KeepsRowsTogetherWithTheirIds(bool joined)
    {
        IDataView view = View(joined);
        Assert.True(view.CanShuffle);
        Dictionary<DataViewRowId, int> inOrder = IdsByRowId(view.GetRowCursor(view.Schema));
        Dictionary<DataViewRowId, int> shuffled = IdsByRowId(view.GetRowCursor(view.Schema, new Random(1)));

        Assert.Equal(Entities, inOrder.Count);
        Assert.NotEqual(inOrder.Values, shuffled.Values);
        Assert.All(shuffled, row => Assert.Equal(inOrder[row.Key], row.Value));
    }

    [Theory]
    [MemberData(nameof(Joined))]
    public void Cursor_TellsWhereItIs(bool joined)
    {
        IDataView view = View(joined);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Id"]]);
        ValueGetter<int> getter = cursor.GetGetter<int>(view.Schema["Id"]);
        int id = 0;

        Assert.Same(view.Schema, cursor.Schema);
        Assert.Equal(-1, cursor.Position);
        Assert.Throws<InvalidOperationException>(() => getter(ref id));
        for (int row = 0; row < Entities; row++)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(row, cursor.Position);
        }

        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
    }

    [Theory]
    [MemberData(nameof(Joined))]
    public void Cursor_RefusesColumnsThatAreNotActiveAndOtherTypes(bool joined)
    {
        IDataView view = View(joined);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Amount"]]);

        Assert.True(cursor.IsColumnActive(view.Schema["Amount"]));
        Assert.False(cursor.IsColumnActive(view.Schema["Id"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<int>(view.Schema["Id"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<VBuffer<double>>(view.Schema["Amount"]));
    }

    [Fact]
    public void Cursors_MayReadAtTheSameTime()
    {
        IDataView view = View(joined: true);
        float[] expected = [.. view.GetColumn<float[]>("Amount").Select(amounts => amounts.Sum())];

        float[][] read = new float[8][];
        Parallel.For(0, read.Length, i => read[i] = [.. view.GetColumn<float[]>("Amount").Select(amounts => amounts.Sum())]);

        Assert.All(read, sums => Assert.Equal(expected, sums));
    }

    private IDataView View(bool joined)
    {
        var events = Enumerable.Range(0, Entities * 2).Select(i => new { Id = i % Entities, Time = i, Amount = (float)i });
        IDataView grouped = _ml.Data.GroupEvents(_ml.Data.LoadFromEnumerable(events), "Id", "Time");
        IDataView table = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, Entities).Select(i => new { Id = i, Label = i % 2 == 0 }));
        return joined ? _ml.Data.JoinEntities(grouped, table, "Id") : grouped;
    }

    private static Func<int> Reader(DataViewRowCursor cursor)
    {
        ValueGetter<int> getter = cursor.GetGetter<int>(cursor.Schema["Id"]);
        int id = 0;
        return () =>
        {
            getter(ref id);
            return id;
        };
    }

    private static List<int> Ids(DataViewRowCursor cursor) => [.. IdsByRowId(cursor).Values];

    private static Dictionary<DataViewRowId, int> IdsByRowId(DataViewRowCursor cursor)
    {
        using (cursor)
        {
            Func<int> id = Reader(cursor);
            ValueGetter<DataViewRowId> rowId = cursor.GetIdGetter();
            var ids = new Dictionary<DataViewRowId, int>();
            DataViewRowId at = default;
            while (cursor.MoveNext())
            {
                rowId(ref at);
                ids.Add(at, id());
            }

            return ids;
        }
    }
}
