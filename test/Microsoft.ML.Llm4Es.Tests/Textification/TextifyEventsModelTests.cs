using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tests.Textification;

public sealed class TextifyEventsModelTests
{
    private static readonly DateTime Start = new(2024, 3, 31, 14, 5, 0, DateTimeKind.Unspecified);

    private static readonly EventField[] EveryKind =
    [
        EventField.Time("Time", "gap"),
        EventField.Time("Time", "day", TimeFormat.Days),
        EventField.Time("Time", "date", TimeFormat.Date),
        EventField.Time("Hours", "after", TimeFormat.Gap, TimeUnit.Hours),
        EventField.Code("Mcc", "category", new Dictionary<string, string> { ["1"] = "one|1, ", ["2"] = "" }),
        EventField.Number("Amount"),
        EventField.Number("Amount", "whole amount", decimals: 0),
        EventField.Plain("Mcc", "code"),
    ];

    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SavedModel_WritesTheSameTexts(bool explicitFields)
    {
        IDataView rows = Grouped();
        var options = new TextifyEventsOptions { Fields = explicitFields ? EveryKind : [], MaxEvents = 2 };
        TextifyEventsTransformer saved = _ml.Transforms.TextifyEvents("Text", options).Fit(rows);

        var loaded = Assert.IsType<TextifyEventsTransformer>(Reload(saved, rows.Schema));

        Assert.Equal(Texts(saved, rows), Texts(loaded, rows));
        Assert.Equal(saved.OutputColumnName, loaded.OutputColumnName);
        Assert.Equal(saved.Fields.Select(Describe), loaded.Fields.Select(Describe));
    }

    [Fact]
    public void PredictionEngine_ReadsArrays()
    {
        IDataView rows = Grouped();
        // Fields that the options do not name are settled while fitting: a class has no annotations to tell the time by.
        foreach (EventField[] fields in new[] { EveryKind, [] })
        {
            TextifyEventsTransformer transformer = _ml.Transforms.TextifyEvents("Text", new TextifyEventsOptions { Fields = fields }).Fit(rows);
            string expected = Texts(transformer, rows).First();

            using PredictionEngine<History, Written> engine = new MLContext().Model.CreatePredictionEngine<History, Written>(Reload(transformer, rows.Schema));

            Assert.Equal(expected, engine.Predict(History.OfFirst()).Text);
            Assert.Equal(EventTable.Parse(expected).Fields, EventTable.Parse(engine.Predict(new History()).Text).Fields);
            Assert.Equal(expected, engine.Predict(History.OfFirst()).Text);
        }
    }

    [Fact]
    public void Texts_AreTheSameReadInParallel()
    {
        var events = Enumerable.Range(0, 2000).Select(i => new { Id = i % 400, Time = i, Amount = i * 0.37f });
        IDataView rows = _ml.Data.GroupEvents(_ml.Data.LoadFromEnumerable(events), "Id", "Time");
        IDataView texts = _ml.Transforms.TextifyEvents("Text").Fit(rows).Transform(rows);
        string[] expected = [.. texts.GetColumn<string>("Text")];

        DataViewRowCursor[] cursors = texts.GetRowCursorSet([texts.Schema["Id"], texts.Schema["Text"]], 4);
        string[] read = new string[400];
        Parallel.ForEach(cursors, cursor => Read(cursor, read));

        Assert.Equal(4, cursors.Length);
        Assert.Equal(expected, read);
    }

    private static void Read(DataViewRowCursor cursor, string[] texts)
    {
        using (cursor)
        {
            ValueGetter<int> idGetter = cursor.GetGetter<int>(cursor.Schema["Id"]);
            ValueGetter<ReadOnlyMemory<char>> textGetter = cursor.GetGetter<ReadOnlyMemory<char>>(cursor.Schema["Text"]);
            int id = 0;
            ReadOnlyMemory<char> text = default;
            while (cursor.MoveNext())
            {
                idGetter(ref id);
                textGetter(ref text);
                texts[id] = text.ToString();
            }
        }
    }

    private static string Describe(EventField field) =>
        $"{field.Column} {field.Name} {field.Kind} {field.Decimals} {field.TimeFormat} {field.TimeUnit} {(field.CodeNames is null ? "" : string.Join(';', field.CodeNames))}";

    private static string[] Texts(TextifyEventsTransformer transformer, IDataView rows) => [.. transformer.Transform(rows).GetColumn<string>("Text")];

    private ITransformer Reload(TextifyEventsTransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    private IDataView Grouped()
    {
        var events = new[]
        {
            new { Id = 1, Time = Start, Hours = 0f, Mcc = "1", Amount = 12.345f },
            new { Id = 2, Time = Start, Hours = 0f, Mcc = "3", Amount = 1f },
            new { Id = 1, Time = Start.AddDays(1), Hours = 24f, Mcc = "2", Amount = float.NaN },
            new { Id = 1, Time = Start.AddDays(1.5), Hours = 36f, Mcc = "x, y", Amount = -0.5f },
        };
        return _ml.Data.GroupEvents(_ml.Data.LoadFromEnumerable(events), "Id", "Time");
    }

    private sealed class History
    {
        public DateTime[] Time { get; set; } = [];

        public float[] Hours { get; set; } = [];

        public string[] Mcc { get; set; } = [];

        public float[] Amount { get; set; } = [];

        public static History OfFirst() => new()
        {
            Time = [Start, Start.AddDays(1), Start.AddDays(1.5)],
            Hours = [0, 24, 36],
            Mcc = ["1", "2", "x, y"],
            Amount = [12.345f, float.NaN, -0.5f],
        };
    }

    private sealed class Written
    {
        public string Text { get; set; } = "";
    }
}
