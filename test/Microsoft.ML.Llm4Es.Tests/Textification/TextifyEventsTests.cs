using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tests.Textification;

public sealed class TextifyEventsTests
{
    private static readonly Dictionary<string, string> Categories = new() { ["0742"] = "Veterinary, pets", ["5411"] = "Groceries" };

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void TextifyEvents_WritesThePapersTable()
    {
        IDataView grouped = Grouped(
            new { Id = 1, Time = new DateTime(2024, 3, 31, 14, 5, 0), Mcc = "5411", Amount = 12.5f },
            new { Id = 1, Time = new DateTime(2024, 4, 12, 10, 0, 0), Mcc = "0742", Amount = -99.6f });

        Assert.Equal(
            "day|category|amount\n0, Groceries, 12\n11, Veterinary\\, pets, -100",
            Text(grouped, EventField.Time("Time", "day", TimeFormat.Days), EventField.Code("Mcc", "category", Categories), EventField.Number("Amount", "amount", decimals: 0)));
    }

    [Fact]
    public void TextifyEvents_WithoutOptions_WritesEveryVectorInOrder()
    {
        IDataView events = _ml.Data.LoadFromEnumerable(
        [
            new { Id = 1, Label = true, CardPresent = true, event_time = new DateTime(2024, 3, 31, 14, 5, 0), MCCode = 5411, Amount = 3.219 },
            new { Id = 1, Label = true, CardPresent = false, event_time = new DateTime(2024, 3, 31, 19, 0, 0), MCCode = 742, Amount = double.NaN },
        ]);
        IDataView grouped = _ml.Data.GroupEvents(events, "Id", "event_time", "Label");

        Assert.Equal("card present|event time|mc code|amount\nyes, 0m, 5411, 3.22\nno, 4h, 742, ", Text(grouped));
    }

    [Fact]
    public void TextifyEvents_WithoutOptions_WritesATimeThatIsANumberByTheUnitInItsName()
    {
        IDataView events = _ml.Data.LoadFromEnumerable([new { Id = 1, minutes_from_admission = 90 }, new { Id = 1, minutes_from_admission = -5 }]);

        Assert.Equal("time\n0m\n1h", Text(_ml.Data.GroupEvents(events, "Id", "minutes_from_admission")));
    }

    [Fact]
    public void TextifyEvents_MaxEvents_KeepsTheMostRecent()
    {
        IDataView grouped = Grouped([.. Enumerable.Range(0, 9).Select(i => new { Id = 1, Time = new DateTime(2024, 3, 1).AddDays(i * i), N = i })]);
        var options = new TextifyEventsOptions { MaxEvents = 2, Fields = [EventField.Time("Time", "gap"), EventField.Time("Time", "day", TimeFormat.Days), EventField.Plain("N")] };

        // Gap and day still count from events that are not written.
        Assert.Equal(["gap|day|n\n13d, 49, 7\n15d, 64, 8"], Texts(grouped, options));
    }

    [Theory]
    [InlineData("minutes_from_admission", "minutes from admission")]
    [InlineData("MinutesFromAdmission", "minutes from admission")]
    [InlineData("Mcc", "mcc")]
    [InlineData("customerIDNumber", "customer id number")]
    [InlineData("sales-value.usd", "sales value usd")]
    [InlineData("__x__", "x")]
    [InlineData("_", "_")]
    [InlineData("Größe", "größe")]
    public void EventField_MakesWordsOfTheColumnsName(string column, string name) => Assert.Equal(name, EventField.Plain(column).Name);

    [Fact]
    public void Plain_WritesEveryType()
    {
        IDataView events = _ml.Data.LoadFromEnumerable(
        [
            new
            {
                Id = 1, A = (sbyte)-128, B = byte.MaxValue, C = short.MinValue, D = ushort.MaxValue, E = int.MinValue, F = uint.MaxValue, G = long.MinValue,
                H = ulong.MaxValue, I = true, J = "a b", K = new DateTime(2024, 3, 31), L = new DateTime(2024, 3, 31, 4, 5, 6),
                M = new DateTimeOffset(2024, 3, 31, 4, 5, 6, TimeSpan.FromHours(2)), N = new TimeSpan(1, 2, 3, 4), O = default(DateTime),
            },
        ]);

        Assert.EndsWith(
            "\n-128, 255, -32768, 65535, -2147483648, 4294967295, -9223372036854775808, 18446744073709551615, yes, a b, 2024-03-31, 2024-03-31 04:05, " +
            "2024-03-31 04:05, 1.02:03:04, ",
            Text(_ml.Data.GroupEvents(events, "Id", time: null)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_WritesWhatKeysStandFor()
    {
        IDataView known = _ml.Data.LoadFromEnumerable([new { Id = 1, Word = "milk", Number = 250 }, new { Id = 1, Word = "bread, dark", Number = 7 }]);
        IDataView events = _ml.Data.LoadFromEnumerable([new { Id = 1, Word = "bread, dark", Number = 250 }, new { Id = 1, Word = "unseen", Number = 7 }]);
        IDataView keys = _ml.Transforms.Conversion.MapValueToKey([new("Word"), new("Number")]).Fit(known).Transform(events);

        Assert.Equal("word|number\nbread\\, dark, 250\n, 7", Text(_ml.Data.GroupEvents(keys, "Id", time: null)));
    }

    [Fact]
    public void Code_FindsCodesThatAreNumbersAndWritesUnknownOnesAsTheyAre()
    {
        IDataView events = _ml.Data.LoadFromEnumerable(
            [new { Id = 1, A = 742, B = 742f, C = "742", D = 742UL }, new { Id = 1, A = 7, B = 7.5f, C = "7, 8", D = ulong.MaxValue }, new { Id = 1, A = -1, B = float.NaN, C = "", D = 5411UL }]);

        string text = Text(
            _ml.Data.GroupEvents(events, "Id", time: null), [.. new[] { "A", "B", "C", "D" }.Select(column => EventField.Code(column, null, Categories))]);

        Assert.Equal("a|b|c|d\nVeterinary\\, pets, Veterinary\\, pets, 742, Veterinary\\, pets\n7, 7.5, 7\\, 8, 18446744073709551615\n-1, , , Groceries", text);
    }

    [Fact]
    public void TextifyEvents_NoEvents_WritesTheHeader()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable([new { Amount = Array.Empty<float>() }]);

        Assert.Equal("amount", Text(rows));
    }

    [Fact]
    public void TextifyEvents_ReadsSparseVectors()
    {
        IDataView grouped = Grouped(new { Id = 1, Time = 1, Word = "b" }, new { Id = 1, Time = 2, Word = "a" }, new { Id = 1, Time = 3, Word = "b" });
        IDataView counted = _ml.Transforms.Text.ProduceWordBags("Bag", "Word", ngramLength: 1).Fit(grouped).Transform(grouped);

        Assert.Equal("bag\n2\n1", Text(counted, EventField.Plain("Bag")));
    }

    private IDataView Grouped<T>(params T[] events) where T : class => _ml.Data.GroupEvents(_ml.Data.LoadFromEnumerable(events), "Id", "Time");

    private string Text(IDataView rows, params EventField[] fields) => Texts(rows, new TextifyEventsOptions { Fields = fields }).Single();

    private IEnumerable<string> Texts(IDataView rows, TextifyEventsOptions options) =>
        _ml.Transforms.TextifyEvents("Text", options).Fit(rows).Transform(rows).GetColumn<string>("Text");
}
