using CsCheck;

namespace Microsoft.ML.Llm4Es.Tests.Textification;

public sealed class EventTableTests
{
    private const string Special = ", |\\\n\rnra\u2028\ud83d";

    /// <summary>Any text, and text full of what the format itself is made of.</summary>
    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String,
        Gen.Int[0, Special.Length - 1].Select(i => Special[i]).Array[0, 8].Select(characters => new string(characters)));

    [Fact]
    public void Parse_ReadsBackWhatWasWritten() =>
        Gen.Int[1, 4].SelectMany(width => Gen.Select(AnyText.Array[width], AnyText.Array[width].Array[0, 5])).Sample((names, events) =>
        {
            EventTable read = EventTable.Parse(new EventTable(names, events).ToString());

            Assert.Equal(names, read.Fields);
            Assert.Equal(events, read.Events);
        }, iter: 20_000);

    [Fact]
    public void ToString_EscapesOnlyWhatWouldBeTakenForASeparator()
    {
        var table = new EventTable(["a, b", "c|d"], [["1,234", "x|y"], ["p, q", ","], [" r ", "s\nt"], ["u\\n", ""]]);

        Assert.Equal("a, b|c\\|d\n1,234, x|y\np\\, q, ,\n r , s\\nt\nu\\\\n, ", table.ToString());
    }

    [Fact]
    public void Parse_HeaderAlone_HasNoEvents()
    {
        EventTable table = EventTable.Parse("day|amount");

        Assert.Equal(["day", "amount"], table.Fields);
        Assert.Empty(table.Events);
    }

    [Fact]
    public void Parse_LineOfAnotherLength_NamesIt()
    {
        var error = Assert.Throws<FormatException>(() => EventTable.Parse("day|amount\n1, 2\n3"));

        Assert.Contains("Line 3 has 1 values; the header names 2 fields: day, amount", error.Message, StringComparison.Ordinal);
    }
}
