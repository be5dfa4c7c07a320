namespace Microsoft.ML.Llm4Es.Tests.Grouping;

public sealed class GroupEventsErrorTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData("Nobody", "Time", "Nobody")]
    [InlineData("Id", "Never", "Never")]
    public void GroupEvents_MissingColumn_NamesItAndWhatThereIs(string key, string time, string missing)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.GroupEvents(Events("1"), key, time));

        Assert.Contains($"'{missing}' was not found", error.Message, StringComparison.Ordinal);
        Assert.Contains("Id, Time, Amount", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2024-03-31", "yesterday")]
    [InlineData("2024-03-31", "03/31/2024")]
    [InlineData("17", "2024-03-31")]
    [InlineData("17", "NaN")]
    public void GroupEvents_TimeThatDoesNotParse_NamesRowAndValue(string good, string bad)
    {
        var error = Assert.Throws<InvalidDataException>(() => _ml.Data.GroupEvents(Events(good, good, bad), "Id", "Time"));

        Assert.Contains("Row 3", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{bad}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GroupEvents_MissingTime_NamesTheRow()
    {
        IDataView[] views =
        [
            Events("1", ""),
            _ml.Data.LoadFromEnumerable([new { Id = "a", Time = 1f }, new { Id = "a", Time = float.NaN }]),
            _ml.Data.LoadFromEnumerable([new { Id = "a", Time = DateTime.UnixEpoch }, new { Id = "a", Time = default(DateTime) }]),
            _ml.Data.LoadFromEnumerable([new { Id = "a", Time = DateTimeOffset.UnixEpoch }, new { Id = "a", Time = default(DateTimeOffset) }]),
        ];

        foreach (IDataView events in views)
        {
            var error = Assert.Throws<InvalidDataException>(() => _ml.Data.GroupEvents(events, "Id", "Time"));
            Assert.Contains("Row 2 of the events has no time", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void GroupEvents_MissingEntity_NamesTheRow()
    {
        IDataView texts = _ml.Data.LoadFromEnumerable([new { Id = "a" }, new { Id = " " }]);
        IDataView keys = _ml.Transforms.Conversion.MapValueToKey("Id").Fit(_ml.Data.LoadFromEnumerable([new { Id = "a" }])).Transform(texts);

        foreach (IDataView events in new[] { texts, keys })
        {
            var error = Assert.Throws<InvalidDataException>(() => _ml.Data.GroupEvents(events, "Id", time: null));
            Assert.Contains("Row 2 of the events has no entity", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void GroupEvents_ConstantThatVaries_NamesEntityAndValues()
    {
        IDataView events = _ml.Data.LoadFromEnumerable([new { Id = "a", Age = 30 }, new { Id = "b", Age = 40 }, new { Id = "b", Age = 41 }]);

        var error = Assert.Throws<InvalidDataException>(() => _ml.Data.GroupEvents(events, "Id", null, "Age"));

        Assert.Contains("'b' have both '40' and '41'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GroupEvents_FloatingPointKey_SaysWhyAndWhatToDo()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.GroupEvents(Events("1"), "Amount", "Time"));

        Assert.Contains("load the column as text or as Int64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GroupEvents_TimeThatIsNone_SaysWhatIsExpected()
    {
        IDataView events = _ml.Data.LoadFromEnumerable([new { Id = "a", Time = true }]);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.GroupEvents(events, "Id", "Time"));

        Assert.Contains("a number, DateTime, DateTimeOffset, TimeSpan or text", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GroupEvents_VectorColumn_IsRefused()
    {
        IDataView events = _ml.Data.LoadFromEnumerable([new { Id = "a", Amounts = new float[] { 1, 2 } }]);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.GroupEvents(events, "Id", time: null));

        Assert.Contains("'Amounts'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GroupEvents_TimeAsConstant_IsRefused() =>
        Assert.Throws<ArgumentException>(() => _ml.Data.GroupEvents(Events("1"), "Id", "Time", "Time"));

    [Fact]
    public void GroupEvents_NoEvents_SaysSo()
    {
        var error = Assert.Throws<InvalidDataException>(() => _ml.Data.GroupEvents(Events(), "Id", "Time"));

        Assert.Contains("no events", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GroupEventsOptions_RefuseEmptyNames()
    {
        Assert.Throws<ArgumentException>(() => new GroupEventsOptions { Key = "" });
        Assert.Throws<ArgumentException>(() => new GroupEventsOptions { Key = "Id", Time = "" });
        Assert.Throws<ArgumentNullException>(() => new GroupEventsOptions { Key = "Id", Constants = null! });
    }

    private IDataView Events(params string[] times) => _ml.Data.LoadFromEnumerable(times.Select(time => new { Id = "a", Time = time, Amount = 1f }));
}
