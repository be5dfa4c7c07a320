using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Tests;

public sealed class TrainingTextTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _data;

    // All tests tune this one, so that they have one vocabulary and counts of tokens can be compared.
    private readonly FineTuneLlmEmbedderTransformer _base;

    public TrainingTextTests()
    {
        _data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Row { Text = $"day|shop\n{i}, bakery", Enriched = $"{{\"day\": {i}, \"shop\": \"bakery\"}}" }));
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Tuning = Tuning.None;
        _base = _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(_data);
    }

    public void Dispose() => _base.Dispose();

    [Fact]
    public void AColumnName_StandsForWeightOne()
    {
        TrainingText text = "Text";
        Assert.Equal(new TrainingText("Text", weight: 1), text);
    }

    [Fact]
    public void Fit_SeesAColumnAsOftenAsItsWeightSays()
    {
        long text = Tokens("Text"), enriched = Tokens("Enriched");

        Assert.Equal(text + enriched, Tokens("Text", "Enriched"));
        Assert.Equal((2 * text) + (3 * enriched), Tokens(new TrainingText("Text", 2), new TrainingText("Enriched", 3)));
        Assert.InRange(Tokens("Text", new TrainingText("Enriched", 0.5)) - text, 0.35 * enriched, 0.65 * enriched);
    }

    [Fact]
    public void Fit_DrawsByTheSeed()
    {
        FineTuneLlmEmbedderOptions options = Options(new TrainingText("Text", 0.5));

        Assert.Equal(Vectors(), Vectors());

        float[][] Vectors()
        {
            options.Seed = 4;
            using FineTuneLlmEmbedderTransformer embedder = _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(_data);
            return SmallJob.Vectors(embedder.Transform(_data));
        }
    }

    [Fact]
    public void Fit_TunesOnOtherDataToo()
    {
        var other = new TrainingData(_data, "Enriched", new TrainingText("Text", 2));
        FineTuneLlmEmbedderOptions options = Options("Text");
        options.TrainingData = [other];

        Assert.Equal((3 * Tokens("Text")) + Tokens("Enriched"), Tokens(options));
    }

    [Fact]
    public void Constructors_RefuseWhatCannotBeRead()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingText("Text", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingText("Text", double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingText("Text", double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => new TrainingText(""));
        Assert.Throws<ArgumentException>(() => new TrainingData(_data));
        Assert.Contains("'Txt' was not found", Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingData(_data, "Txt")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new FineTuneLlmEmbedderOptions { TrainingTexts = [null!] });
    }

    /// <summary>The tokens of one epoch.</summary>
    private long Tokens(params TrainingText[] texts) => Tokens(Options(texts));

    private long Tokens(FineTuneLlmEmbedderOptions options)
    {
        long tokens = 0;
        options.Progress = new Listener(report => tokens = report.Tokens);
        _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(_data).Dispose();
        return tokens;
    }

    private FineTuneLlmEmbedderOptions Options(params TrainingText[] texts)
    {
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Model = LanguageModelSource.Transformer(_base);
        options.Training = options.Training! with { Epochs = 1, MaxTokens = null };
        options.TrainingTexts = texts;
        return options;
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public string Enriched { get; set; } = "";
    }

    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
