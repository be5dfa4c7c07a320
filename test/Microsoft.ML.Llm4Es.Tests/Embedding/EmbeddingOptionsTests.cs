using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Tests;

/// <summary>What each choice does to the vectors of one untrained model.</summary>
public sealed class EmbeddingOptionsTests
{
    private const int Hidden = 64;
    private const int Context = 256;

    private static readonly string[] Texts = [.. Enumerable.Range(0, 12).Select(i => Text(3 + i))];

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Pooling_OfSeveralLayersInSeveralWays_IsOneVectorWithANameForEachValue()
    {
        var options = new EmbeddingOptions
        {
            Pooling = PoolingOptions.AllOf([new LayerRange(0, 0), LayerRange.LastOnly], [TokenPooling.Mean, TokenPooling.Max, TokenPooling.EventMean]),
        };
        using FineTuneLlmEmbedderTransformer embedder = Fit(options);

        IDataView embedded = embedder.Transform(Rows(Texts));

        Assert.Equal(6 * Hidden, embedder.Dimension);
        Assert.All(SmallJob.Vectors(embedded), vector => Assert.Equal(6 * Hidden, vector.Length));
        VBuffer<ReadOnlyMemory<char>> names = default;
        embedded.Schema["Embedding"].GetSlotNames(ref names);
        string[] slots = [.. names.DenseValues().Select(name => name.ToString())];
        Assert.Equal("mean.h0.0", slots[0]);
        Assert.Equal("eventMean.h2.63", slots[^1]);
        Assert.Equal(slots.Length, slots.Distinct().Count());
    }

    [Fact]
    public void Normalize_GivesVectorsOfLengthOneInTheSameDirection()
    {
        float[][] plain = Embed(new EmbeddingOptions(), Texts);
        float[][] normalized = Embed(new EmbeddingOptions { Normalize = true }, Texts);

        for (int i = 0; i < Texts.Length; i++)
        {
            Assert.Equal(1, Math.Sqrt(Dot(normalized[i], normalized[i])), 1e-4);
            Assert.Equal(1, Dot(normalized[i], plain[i]) / Math.Sqrt(Dot(plain[i], plain[i])), 1e-4);
        }
    }

    [Fact]
    public void Prompt_ChangesVectorsButIsNotPooled()
    {
        // Hidden states 0 are the embeddings of tokens, which no context changes: with the prompt's among those pooled, two prompts would give two vectors.
        EmbeddingOptions few = new() { Prompt = "Will the client stay?" };
        EmbeddingOptions other = new() { Prompt = "What does the client buy next, and where?" };
        PoolingOptions embeddings = PoolingOptions.Of(new LayerRange(0, 0));

        Assert.NotEqual(Embed(few, Texts[0])[0], Embed(other, Texts[0])[0]);
        AssertClose(Embed(few with { Pooling = embeddings }, Texts[0])[0], Embed(other with { Pooling = embeddings }, Texts[0])[0]);
    }

    [Theory]
    [InlineData(TokenPooling.Mean, 0)]
    [InlineData(TokenPooling.Mean, 17)]
    [InlineData(TokenPooling.Max, 0)]
    [InlineData(TokenPooling.Max, 17)]
    [InlineData(TokenPooling.Last, 17)]
    [InlineData(TokenPooling.SublinearMean, 0)]
    [InlineData(TokenPooling.SublinearMean, 17)]
    public void Windows_PoolEachTokenOnce(TokenPooling pooling, int overlap)
    {
        // Embeddings do not see their neighbours, so windows give what one piece gives.
        var whole = new EmbeddingOptions { Pooling = PoolingOptions.Of(new LayerRange(0, 0), pooling) };
        EmbeddingOptions windows = whole with { MaxTokens = 40, WindowOverlap = overlap };

        AssertClose(Embed(whole, Text(14))[0], Embed(windows, Text(14))[0]);
    }

    [Fact]
    public void MostRecent_KeepsTheHeaderAndTheLastEventsWhole()
    {
        string[] lines = Text(60).Split('\n');
        var options = new EmbeddingOptions { LongTexts = LongTexts.MostRecent, MaxTokens = 80 };
        using FineTuneLlmEmbedderTransformer embedder = Fit(options);
        float[] vector = SmallJob.Vectors(embedder.Transform(Rows(string.Join('\n', lines))))[0];

        // It is the vector of one of the texts that keep the header and the last n events.
        float[][] candidates = SmallJob.Vectors(embedder.Transform(Rows([.. Enumerable.Range(1, 30).Select(n => string.Join('\n', lines.Take(1).Concat(lines.TakeLast(n))))])));
        Assert.Contains(candidates, candidate => candidate.SequenceEqual(vector));
        Assert.NotEqual(candidates[0], vector);
    }

    [Fact]
    public void MostRecent_OfOneEventThatIsTooLong_KeepsItsEnd()
    {
        var options = new EmbeddingOptions { LongTexts = LongTexts.MostRecent, MaxTokens = 30 };
        string noise = string.Concat(Enumerable.Repeat("garage, ", 200));

        float[][] vectors = Embed(options, noise + "cinema", "cinema, " + noise);

        Assert.All(vectors, vector => Assert.All(vector, value => Assert.True(float.IsFinite(value))));
        Assert.NotEqual(vectors[0], vectors[1]);
    }

    [Fact]
    public void Options_AreSavedInAModel()
    {
        var options = new EmbeddingOptions
        {
            Pooling = new PoolingOptions { Parts = [new(LayerRange.FromDepth(0.5), TokenPooling.Last), new(LayerRange.TokenEmbeddings, TokenPooling.EventMean)] },
            Prompt = "A client:",
            LongTexts = LongTexts.MostRecent,
            MaxTokens = 99,
            WindowOverlap = 3,
            Normalize = true,
            TokensPerBatch = 1234,
            RowsPerBatch = 17,
            Cache = new EmbeddingCacheOptions { Entries = 5, Bytes = 12345 },
        };
        using FineTuneLlmEmbedderTransformer saved = Fit(options);
        using var stream = new MemoryStream();
        _ml.Model.Save(saved, Rows(Texts).Schema, stream);
        stream.Position = 0;

        using var loaded = (FineTuneLlmEmbedderTransformer)new MLContext().Model.Load(stream, out _);

        PoolingOptions pooling = loaded.Options.Pooling;
        Assert.Equal([new(new LayerRange(1, 2), TokenPooling.Last), options.Pooling.Parts[1]], pooling.Parts);
        Assert.Equal(options with { Pooling = pooling }, loaded.Options);
        Assert.Equal(SmallJob.Vectors(saved.Transform(Rows(Texts))), SmallJob.Vectors(loaded.Transform(Rows(Texts))));
    }

    [Fact]
    public void Options_RefuseWhatCannotBe()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbeddingOptions { TokensPerBatch = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbeddingOptions { RowsPerBatch = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbeddingOptions { MaxTokens = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbeddingOptions { WindowOverlap = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbeddingOptions { LongTexts = (LongTexts)9 });
        Assert.Throws<ArgumentNullException>(() => new EmbeddingOptions { Prompt = null! });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbeddingCacheOptions { Entries = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbeddingCacheOptions { Bytes = -1 });
        Assert.Throws<ArgumentException>(() => new EmbeddingCacheOptions { Folder = "" });
    }

    [Fact]
    public void Fit_WhereThePromptLeavesNoRoom_SaysSo()
    {
        var error = Assert.Throws<ArgumentException>(() => Fit(new EmbeddingOptions { Prompt = Text(80), MaxTokens = 50 }));

        Assert.Contains("leaves no room", error.Message, StringComparison.Ordinal);
        Assert.Contains("the model reads 50", error.Message, StringComparison.Ordinal);
        Assert.Contains($"the model reads {Context}", Assert.Throws<ArgumentException>(() => Fit(new EmbeddingOptions { WindowOverlap = Context })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithOptionsThatDoNotFitTheModel_SaysSoBeforeItTrains()
    {
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Progress = new Untouched();
        options.Embedding = new EmbeddingOptions { WindowOverlap = Context };
        Assert.Throws<ArgumentException>(() => _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(Rows(Texts)));

        options.Embedding = new EmbeddingOptions { Pooling = PoolingOptions.Of(new LayerRange(7)) };
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(Rows(Texts)));
    }

    private static string Text(int events) =>
        "day|shop" + string.Concat(Enumerable.Range(0, events).Select(i => $"\n{i}, {(i % 3 == 0 ? "cinema" : i % 3 == 1 ? "garage" : "bakery")}"));

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    private static void AssertClose(float[] expected, float[] actual) => Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));

    private float[][] Embed(EmbeddingOptions options, params string[] texts)
    {
        using FineTuneLlmEmbedderTransformer embedder = Fit(options);
        return SmallJob.Vectors(embedder.Transform(Rows(texts)));
    }

    private IDataView Rows(params string[] texts) => SmallJob.Texts(_ml, texts);

    /// <summary>Weights depend on the seed alone, so that every call gives the same model.</summary>
    private FineTuneLlmEmbedderTransformer Fit(EmbeddingOptions options)
    {
        FineTuneLlmEmbedderOptions all = SmallJob.Options;
        all.Tuning = Tuning.None;
        all.Seed = 3;
        all.Precision = ComputePrecision.Float32;
        all.Embedding = options;
        return _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", all).Fit(Rows(Texts));
    }

    private sealed class Untouched : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Assert.Fail("nothing was to be trained");
    }
}
