using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tests.Grouping;

public sealed class JoinEntitiesTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void JoinEntities_AddsTheTablesColumnsAndLeavesOutEntitiesWithoutRow()
    {
        IDataView table = Load(new { Id = "c", Age = 3f, Fold = "x" }, new { Id = "z", Age = 9f, Fold = "y" }, new { Id = "a", Age = 1f, Fold = "y" });

        IDataView joined = _ml.Data.JoinEntities(Entities("a", "b", "c"), table, "Id", out EntityMatch match);

        Assert.Equal(["Id", "Amount", "Age", "Fold"], joined.Schema.Select(column => column.Name));
        Assert.Equal(["a", "c"], joined.GetColumn<string>("Id"));
        Assert.Equal([1f, 3f], joined.GetColumn<float>("Age"));
        Assert.Equal(["y", "x"], joined.GetColumn<string>("Fold"));
        Assert.Equal(2, joined.GetRowCount());
        Assert.Equal((3, 3, 2, 1, 1), (match.Entities, match.TableRows, match.Matched, match.EntitiesWithoutRow, match.RowsWithoutEvents));
        Assert.Equal(["b"], match.EntitiesWithoutRowExamples);
        Assert.Equal(["z"], match.RowsWithoutEventsExamples);
    }

    [Fact]
    public void JoinEntities_LogsHowManyMatched()
    {
        var messages = new List<string>();
        _ml.Log += (_, message) => messages.Add(message.RawMessage);

        _ml.Data.JoinEntities(Entities("a", "b"), Load(new { Id = "b", Age = 1f }, new { Id = "c", Age = 1f }), "Id");

        Assert.Contains("1 of 2 entities found their row among 2; 1 entities have no row and are left out (a); 1 rows have no events (c)", messages);
    }

    [Fact]
    public void JoinEntities_FindsKeysOfAnotherType()
    {
        IDataView[] tables =
        [
            Load(new { Id = 7, Age = 1f }, new { Id = 17, Age = 2f }),
            Load(new { Id = 7L, Age = 1f }, new { Id = 17L, Age = 2f }),
            Load(new { Id = (byte)7, Age = 1f }, new { Id = (byte)17, Age = 2f }),
            Load(new { Id = "7", Age = 1f }, new { Id = "17", Age = 2f }),
        ];
        IDataView keys = _ml.Transforms.Conversion.MapValueToKey("Id").Fit(tables[3]).Transform(tables[3]);

        foreach (IDataView table in tables.Append(keys))
        {
            Assert.Equal([2f, 1f], _ml.Data.JoinEntities(Entities("17", "7"), table, "Id").GetColumn<float>("Age"));
            Assert.Equal([2f, 1f], _ml.Data.JoinEntities(Entities(17L, 7L), table, "Id").GetColumn<float>("Age"));
        }
    }

    [Fact]
    public void JoinEntities_TellsApartDatesThatDifferByATick()
    {
        DateTime day = new(2024, 3, 31, 0, 0, 0, DateTimeKind.Utc);
        IDataView table = Load(new { Id = day, Age = 1f }, new { Id = day.AddTicks(1), Age = 2f });

        Assert.Equal([2f, 1f], _ml.Data.JoinEntities(Entities(day.AddTicks(1), day), table, "Id").GetColumn<float>("Age"));
    }

    [Fact]
    public void JoinEntities_TakesKeyColumnsOfDifferentNames()
    {
        IDataView joined = _ml.Data.JoinEntities(Entities("a"), Load(new { Client = "a", Age = 1f }), "Id", "Client", out EntityMatch match);

        Assert.Equal(["Id", "Amount", "Age"], joined.Schema.Select(column => column.Name));
        Assert.Equal(1, match.Matched);
    }

    [Fact]
    public void JoinEntities_KeepsWhatKeysOfTheTableStandFor()
    {
        IDataView table = Load(new { Id = "a", Job = "baker" });
        table = _ml.Transforms.Conversion.MapValueToKey("Job").Fit(table).Transform(table);

        IDataView joined = _ml.Data.JoinEntities(Entities("a"), table, "Id");

        Assert.Equal(["baker"], _ml.Transforms.Conversion.MapKeyToValue("Job").Fit(joined).Transform(joined).GetColumn<string>("Job"));
    }

    [Fact]
    public void JoinEntities_EntityTwiceInTheTable_NamesItAndItsRows()
    {
        var error = Assert.Throws<InvalidDataException>(() =>
            _ml.Data.JoinEntities(Entities("a"), Load(new { Id = "b", Age = 1f }, new { Id = "a", Age = 1f }, new { Id = "b", Age = 2f }), "Id"));

        Assert.Contains("'b' in 'Id' twice, in rows 1 and 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void JoinEntities_RowWithoutEntity_IsNamed()
    {
        var error = Assert.Throws<InvalidDataException>(() => _ml.Data.JoinEntities(Entities("a"), Load(new { Id = "a", Age = 1f }, new { Id = "", Age = 1f }), "Id"));

        Assert.Contains("Row 2 of the table has no entity", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void JoinEntities_NothingMatches_ShowsKeysOfBoth()
    {
        var error = Assert.Throws<InvalidDataException>(() => _ml.Data.JoinEntities(Entities("C7"), Load(new { Id = 7, Age = 1f }), "Id"));

        Assert.Contains("'C7'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'7'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void JoinEntities_ColumnOfBoth_IsNamed()
    {
        var error = Assert.Throws<ArgumentException>(() => _ml.Data.JoinEntities(Entities("a"), Load(new { Id = "a", Amount = 1f }), "Id"));

        Assert.Contains("both have a column 'Amount'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void JoinEntities_MissingKey_SaysWhatThereIs()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.JoinEntities(Entities("a"), Load(new { Client = "a", Age = 1f }), "Id"));

        Assert.Contains("'Id' was not found. The table's rows have: Client, Age", error.Message, StringComparison.Ordinal);
    }

    private IDataView Load<T>(params T[] rows) where T : class => _ml.Data.LoadFromEnumerable(rows);

    private IDataView Entities<T>(params T[] ids) => _ml.Data.GroupEvents(_ml.Data.LoadFromEnumerable(ids.Select(id => new { Id = id, Amount = 1f })), "Id", time: null);
}
