using CsCheck;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tests.Grouping;

public sealed class GroupEventsTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void GroupEvents_OrdersEventsByTimeAndEntitiesByFirstAppearance()
    {
        IDataView grouped = Group(new("b", 3, "x"), new("a", 9, "y"), new("b", 1, "z"), new("a", 2, "w"));

        Assert.Equal(["b", "a"], grouped.GetColumn<string>("Id"));
        Assert.Equal([[1f, 3f], [2f, 9f]], grouped.GetColumn<float[]>("Time"));
        Assert.Equal([["z", "x"], ["w", "y"]], grouped.GetColumn<string[]>("What"));
        Assert.Equal(2, grouped.GetRowCount());
    }

    [Fact]
    public void GroupEvents_KeepsTheOrderOfEventsOfTheSameTime() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 4]).Array[1, 60].Sample(drawn =>
        {
            Event[] events = [.. drawn.Select((pair, i) => new Event($"e{pair.Item1}", pair.Item2, $"{i}"))];
            IDataView grouped = Group(events);

            string[][] expected = [.. events.GroupBy(e => e.Id).Select(entity => entity.OrderBy(e => e.Time).Select(e => e.What).ToArray())];
            Assert.Equal(expected, grouped.GetColumn<string[]>("What"));
        }, iter: 200, threads: 1);

    [Fact]
    public void GroupEvents_WithoutTime_KeepsTheOrderOfRows()
    {
        IDataView grouped = _ml.Data.GroupEvents(_ml.Data.LoadFromEnumerable<Event>([new("a", 2, "x"), new("a", 1, "y")]), "Id", time: null);

        Assert.Equal([["x", "y"]], grouped.GetColumn<string[]>("What"));
    }

    [Fact]
    public void GroupEvents_KeepsConstantsAsScalars()
    {
        IDataView grouped = _ml.Data.GroupEvents(_ml.Data.LoadFromEnumerable<Event>([new("a", 2, "x"), new("a", 1, "x"), new("b", 1, "y")]), "Id", "Time", "What");

        Assert.Equal(["x", "y"], grouped.GetColumn<string>("What"));
    }

    [Fact]
    public void GroupEvents_TakesMissingNumbersAsOneConstant()
    {
        IDataView grouped = _ml.Data.GroupEvents(_ml.Data.LoadFromEnumerable<Event>([new("a", float.NaN, "x"), new("a", float.NaN, "y")]), "Id", null, "Time");

        Assert.Equal([float.NaN], grouped.GetColumn<float>("Time"));
    }

    [Fact]
    public void GroupEvents_WithColumns_ReadsNoOther()
    {
        IDataView events = _ml.Data.LoadFromEnumerable<Event>([new("a", 2, "x")]);

        IDataView grouped = _ml.Data.GroupEvents(events, new GroupEventsOptions { Key = "Id", Time = "Time", Columns = [] });

        Assert.Equal(["Id", "Time"], grouped.Schema.Select(column => column.Name));
    }

    [Fact]
    public void GroupEvents_PutsTheKeyFirstAndKeepsTheOrderOfOtherColumns()
    {
        IDataView events = _ml.Data.LoadFromEnumerable([new { Time = 1f, Amount = 2f, Id = "a", Code = 3 }]);

        IDataView grouped = _ml.Data.GroupEvents(events, "Id", "Time");

        Assert.Equal(["Id", "Time", "Amount", "Code"], grouped.Schema.Select(column => column.Name));
    }

    [Fact]
    public void GroupEvents_MarksTheTime()
    {
        IDataView grouped = Group(new Event("a", 1, "x"));

        bool isTime = false;
        grouped.Schema["Time"].Annotations.GetValue("Llm4EsEventTime", ref isTime);
        Assert.True(isTime);
        Assert.Null(grouped.Schema["What"].Annotations.Schema.GetColumnOrNull("Llm4EsEventTime"));
    }

    [Fact]
    public void GroupEvents_LogsHowManyEventsAndEntities()
    {
        var messages = new List<string>();
        _ml.Log += (_, message) => messages.Add(message.RawMessage);

        Group(new("a", 1, "x"), new("b", 1, "x"), new("a", 2, "x"));

        Assert.Contains("3 events of 2 entities", messages);
    }

    [Theory]
    [InlineData("2024-03-31 14:05:00", "2024-03-31T02:00", "2024-03-30")]
    [InlineData("2024-03-31T00:00:00+02:00", "2024-03-30 21:00:00Z", "2024-03-30 20:59:59.75")]
    [InlineData("1e3", "20.5", "-7")]
    [InlineData("10", "9", "1")]
    public void GroupEvents_ReadsTimesThatAreText(string last, string middle, string first)
    {
        IDataView events = _ml.Data.LoadFromEnumerable([new { Id = 1, Time = last, N = 3 }, new { Id = 1, Time = first, N = 1 }, new { Id = 1, Time = middle, N = 2 }]);

        IDataView grouped = _ml.Data.GroupEvents(events, "Id", "Time");

        Assert.Equal([[1, 2, 3]], grouped.GetColumn<int[]>("N"));
        Assert.True(((VectorDataViewType)grouped.Schema["Time"].Type).ItemType is DateTimeDataViewType or NumberDataViewType);
    }

    [Fact]
    public void GroupEvents_WithinATimeKeepsTheFirstEventsOfEntitiesThatGoOn()
    {
        IDataView events = _ml.Data.LoadFromEnumerable<Event>([new("a", 1, "x"), new("b", 5, "u"), new("a", 9, "z"), new("a", 4, "y"), new("b", 8, "v")]);

        IDataView grouped = _ml.Data.GroupEvents(events, new GroupEventsOptions { Key = "Id", Time = "Time", Within = 3 });

        // The last event of b is within 3 of its first one.
        Assert.Equal(["a"], grouped.GetColumn<string>("Id"));
        Assert.Equal([["x", "y"]], grouped.GetColumn<string[]>("What"));
    }

    [Fact]
    public void GroupEvents_WithinATimeCountsDatesInDays()
    {
        var events = new[] { "2024-01-01 10:00", "2024-01-08 10:00", "2024-01-08 11:00" }.Select(time => new { Id = "a", Time = time });

        IDataView grouped = _ml.Data.GroupEvents(_ml.Data.LoadFromEnumerable(events), new GroupEventsOptions { Key = "Id", Time = "Time", Within = 7 });

        Assert.Equal(2, grouped.GetColumn<DateTime[]>("Time").Single().Length);
    }

    [Fact]
    public void GroupEvents_WithinATimeThatNoEntityGoesOnForSaysHowLongTheyAre()
    {
        IDataView events = _ml.Data.LoadFromEnumerable<Event>([new("a", 1, "x"), new("a", 3, "y")]);

        var exception = Assert.Throws<InvalidDataException>(() => _ml.Data.GroupEvents(events, new GroupEventsOptions { Key = "Id", Time = "Time", Within = 5 }));

        Assert.Contains("the longest goes on for 2", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _ml.Data.GroupEvents(events, new GroupEventsOptions { Key = "Id", Within = 5 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GroupEventsOptions { Key = "Id", Within = 0 });
    }

    private IDataView Group(params Event[] events) => _ml.Data.GroupEvents(_ml.Data.LoadFromEnumerable(events), "Id", "Time");

    private sealed class Event(string id, float time, string what)
    {
        public string Id { get; } = id;

        public float Time { get; } = time;

        public string What { get; } = what;
    }
}
