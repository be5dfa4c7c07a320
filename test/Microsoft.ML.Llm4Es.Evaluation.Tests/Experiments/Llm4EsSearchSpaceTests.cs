using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests.Experiments;

public sealed class Llm4EsSearchSpaceTests : IDisposable
{
    private readonly TestExperiment _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Load_ReadsEachMember()
    {
        Llm4EsSearchSpace space = Load(
            """
            {
              // What a person would write.
              "texts": [{ "fields": ["Mcc", { "column": "Amount", "kind": "number", "decimals": 0 }, { "column": "Time", "kind": "time", "timeFormat": "days" }], "maxEvents": 50 }, {}],
              "timeFormats": [null, "gap"],
              "models": ["scratch:tiny", "scratch:small"],
              "tunings": ["full", "lora:8", "none"],
              "epochs": [1, null],
              "maxTokens": [100000],
              "learningRates": [0.001],
              "poolings": [{ "parts": ["upper", "0:eventMean", "depth:0.5:max", "2-:mean"] }],
              "classifiers": [{ "trees": 100, "featureFraction": 0.5 }],
              "trainers": ["lightGbm", "logistic", "blend"]
            }
            """);

        Assert.Equal([EventField.Plain("Mcc"), EventField.Number("Amount", decimals: 0), EventField.Time("Time", format: TimeFormat.Days)], space.Texts[0].Fields);
        Assert.Equal((50, null), (space.Texts[0].MaxEvents, space.Texts[1].MaxEvents));
        Assert.Equal([null, TimeFormat.Gap], space.TimeFormats);
        Assert.Equal(["full", "lora:8", "none"], space.Tunings.Select(tuning => tuning.ToString()));
        Assert.Equal(2, space.Models.Select(model => model.ToString()).Distinct().Count());
        Assert.Equal([default, new(LayerRange.TokenEmbeddings, TokenPooling.EventMean), new(LayerRange.FromDepth(0.5), TokenPooling.Max), new(new LayerRange(2))], space.Poolings[0].Parts);
        Assert.Equal([TrainerKind.LightGbm, TrainerKind.Logistic, TrainerKind.Blend], space.Trainers);
        Assert.Equal((100, 0.5), (space.Classifiers[0].Trees, space.Classifiers[0].FeatureFraction));
    }

    [Theory]
    [InlineData("'epoch'", """{ "epoch": [1] }""")]
    [InlineData("Epochs has the value 0; at least 1 is expected.", """{ "epochs": [0] }""")]
    [InlineData("Poolings is empty; at least one value is expected.", """{ "poolings": [] }""")]
    [InlineData("$.trainers[0]", """{ "trainers": ["forest"] }""")]
    [InlineData("'top' is no range of layers. Expected upper, last, depth:0.5", """{ "poolings": [{ "parts": ["top"] }] }""")]
    [InlineData("There is no tuning 'half'", """{ "tunings": ["half"] }""")]
    [InlineData("There is no preset 'huge'", """{ "models": ["scratch:huge"] }""")]
    [InlineData("A text is expected for a Tuning, such as \"full\".", """{ "tunings": [1] }""")]
    [InlineData("The field of codes 'mcc' has no codeNames.", """{ "texts": [{ "fields": [{ "column": "mcc", "kind": "code" }] }] }""")]
    [InlineData("LineNumber: 0", "{ epochs")]
    public void Load_OfABadSpaceSaysWhatIsWrong(string expected, string json)
    {
        string message = Assert.Throws<InvalidDataException>(() => Load(json)).Message;

        Assert.Contains("space.json is not a search space: ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("some of the members texts, timeFormats, models", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfNoFileSaysSo() => Assert.Throws<FileNotFoundException>(() => Llm4EsSearchSpace.Load("none.json"));

    [Fact]
    public void Models_OfAFittedEmbedderAreRefused()
    {
        IDataView texts = _test.Ml.Transforms.TextifyEvents("Text").Fit(_test.Clients).Transform(_test.Clients);
        using FineTuneLlmEmbedderTransformer embedder = _test.Ml.Transforms.FineTuneLlmEmbedder("E", "Text", new FineTuneLlmEmbedderOptions
        {
            Model = LanguageModelSource.FromScratch(TestExperiment.Preset),
            Tuning = Tuning.None,
        }).Fit(texts);

        Assert.Contains("Save it with MLContext.Model.Save", Assert.Throws<ArgumentException>(() => new Llm4EsSearchSpace { Models = [LanguageModelSource.Transformer(embedder)] }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_OfAValueThatIsTwiceInAListSaysSo()
    {
        _test.Space = _test.Space with { Tunings = [Tuning.Full(), Tuning.Lora(), Tuning.Full()] };

        Assert.Contains("Tunings of the search space has the value \"full\" twice", Assert.Throws<ArgumentException>(() => _test.Execute()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_OfAFieldThatIsNotThereSaysSoBeforeAnyTrial()
    {
        _test.Space = _test.Space with { Texts = [new TextifyEventsOptions { Fields = [EventField.Plain("Shop")] }] };

        Assert.ThrowsAny<ArgumentException>(() => _test.Execute());
        Assert.False(Directory.Exists(_test.Folder));
    }

    [Fact]
    public void Execute_OfATimeFormatWithoutATimeSaysSo()
    {
        _test.Space = _test.Space with { Texts = [new TextifyEventsOptions { Fields = [EventField.Plain(nameof(CardEvent.Mcc))] }], TimeFormats = [TimeFormat.Days] };

        Assert.Contains("no field of the text is a time; the fields are Mcc.", Assert.Throws<ArgumentException>(() => _test.Execute()).Message, StringComparison.Ordinal);
    }

    private static Llm4EsSearchSpace Load(string json)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("llm4es-space-");
        string path = Path.Combine(folder.FullName, "space.json");
        File.WriteAllText(path, json);
        try
        {
            return Llm4EsSearchSpace.Load(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
