using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.Conformance;

namespace Microsoft.ML.Llm4Es.Tests.Textification;

public sealed class TextifyEventsSchemaTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string, EventField, string> WrongFields => new()
    {
        { "missing", EventField.Plain("Nothing"), "'Nothing' was not found. The data has these vector columns: Amount, Word, Flag" },
        { "scalar", EventField.Plain("Id"), "a vector with a value for each event" },
        { "text as number", EventField.Number("Word"), "a vector of numbers" },
        { "text as time", EventField.Time("Word"), "DateTime, DateTimeOffset, TimeSpan or numbers" },
        { "boolean as time", EventField.Time("Flag"), "DateTime, DateTimeOffset, TimeSpan or numbers" },
        { "number as date", EventField.Time("Amount", format: TimeFormat.Date), "DateTime or DateTimeOffset" },
    };

    [Theory]
    [MemberData(nameof(WrongFields))]
    public void TextifyEvents_WrongColumn_IsNamedBeforeAnyRowIsRead(string what, EventField field, string expected)
    {
        IDataView rows = Rows();
        TextifyEventsEstimator estimator = _ml.Transforms.TextifyEvents("Text", new TextifyEventsOptions { Fields = [field] });

        foreach (Action act in new Action[] { () => estimator.GetOutputSchema(SchemaShapes.Of(rows.Schema)), () => estimator.Fit(rows) })
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(act);
            Assert.True(error.Message.Contains(expected, StringComparison.Ordinal), $"{what}: {error.Message}");
            Assert.Contains($"'{field.Column}'", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TextifyEvents_PromisesTheSchemaThatItDelivers()
    {
        IDataView rows = Rows();
        TextifyEventsEstimator estimator = _ml.Transforms.TextifyEvents("Text");

        SchemaShape promised = estimator.GetOutputSchema(SchemaShapes.Of(rows.Schema));
        DataViewSchema delivered = estimator.Fit(rows).Transform(rows).Schema;

        Assert.Equal(SchemaShapes.Describe(SchemaShapes.Of(delivered)), SchemaShapes.Describe(promised));
    }

    [Fact]
    public void TextifyEvents_NoVectorColumn_SaysWhatThereIs()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable([new { Id = 1 }]);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.TextifyEvents("Text").Fit(rows));

        Assert.Contains("Id (Int32)", error.Message, StringComparison.Ordinal);
        Assert.Contains("GroupEvents", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TextifyEvents_VectorsOfDifferentLength_NamesThemAndTheRow()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable([new { A = new[] { 1 }, B = new[] { 1 } }, new { A = new[] { 1, 2 }, B = new[] { 1 } }]);
        IDataView texts = _ml.Transforms.TextifyEvents("Text").Fit(rows).Transform(rows);

        var error = Assert.Throws<InvalidOperationException>(() => texts.GetColumn<string>("Text").ToArray());

        Assert.Contains("Row 2 has 2 values in 'A' but 1 in 'B'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TextifyEvents_IsNotComputedWhereNobodyReadsIt()
    {
        // Reading the text would throw: the vectors differ in length.
        IDataView rows = _ml.Data.LoadFromEnumerable([new { Id = 7, A = new[] { 1, 2 }, B = new[] { 1 } }]);

        Assert.Equal([7], _ml.Transforms.TextifyEvents("Text").Fit(rows).Transform(rows).GetColumn<int>("Id"));
    }

    [Fact]
    public void TextifyEventsOptions_RefuseWhatCannotBe()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TextifyEventsOptions { MaxEvents = 0 });
        Assert.Throws<ArgumentNullException>(() => new TextifyEventsOptions { Fields = null! });
        Assert.Throws<ArgumentException>(() => new TextifyEventsOptions { Fields = [EventField.Plain("A", "x"), EventField.Plain("B", "x")] });
    }

    private IDataView Rows() =>
        _ml.Data.LoadFromEnumerable([new { Id = 1, Amount = new[] { 1f }, Word = new[] { "a" }, Flag = new[] { true } }]);
}
