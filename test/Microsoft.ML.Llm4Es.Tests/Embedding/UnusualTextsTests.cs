using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Tests;

public sealed class UnusualTextsTests : IDisposable
{
    private static readonly string[] Usual = [.. Enumerable.Range(0, 10).Select(i => $"day|shop\n{i}, bakery\n{i + 1}, cinema")];

    private readonly MLContext _ml = new(seed: 1);

    // All tests tune this one, so that they have one vocabulary and counts of tokens can be compared.
    private readonly FineTuneLlmEmbedderTransformer _base;

    public UnusualTextsTests()
    {
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Tuning = Tuning.None;
        _base = _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(SmallJob.Texts(_ml, Usual));
    }

    public void Dispose() => _base.Dispose();

    [Fact]
    public void DuplicateTexts_AreEachTrainedOn_AndGetTheSameVector()
    {
        using FineTuneLlmEmbedderTransformer embedder = Fit([.. Usual, .. Usual], out long tokens);
        Fit(Usual, out long once).Dispose();

        float[][] vectors = SmallJob.Vectors(embedder.Transform(SmallJob.Texts(_ml, [.. Usual, .. Usual])));

        Assert.Equal(2 * once, tokens);
        Assert.Equal(vectors[..Usual.Length], vectors[Usual.Length..]);
    }

    [Fact]
    public void EmptyTexts_AreNotTrainedOn_AndGetAFiniteVector()
    {
        using FineTuneLlmEmbedderTransformer embedder = Fit([.. Usual, "", " \n", ""], out long tokens);
        Fit(Usual, out long without).Dispose();

        float[][] vectors = SmallJob.Vectors(embedder.Transform(SmallJob.Texts(_ml, "", "", Usual[0])));

        Assert.Equal(without, tokens);
        Assert.All(vectors[0], value => Assert.True(float.IsFinite(value)));
        Assert.Equal(vectors[0], vectors[1]);
        Assert.NotEqual(vectors[0], vectors[2]);
    }

    [Fact]
    public void TextsOfOneToken_AreTrainedOn_AndEmbedded()
    {
        // The token and the one that ends a text.
        using FineTuneLlmEmbedderTransformer embedder = Fit([.. Usual, "a"], out long tokens);
        Fit(Usual, out long without).Dispose();

        float[][] vectors = SmallJob.Vectors(embedder.Transform(SmallJob.Texts(_ml, "a", "b")));

        Assert.InRange(tokens - without, 1, 3);
        Assert.NotEqual(vectors[0], vectors[1]);
        Assert.All(vectors[0], value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void ATextOfAMillionTokens_IsTrainedOnInWindows_AndEmbeddedWhole()
    {
        string history = string.Join('\n', Enumerable.Range(0, 600_000).Select(i => $"{i % 10}, bakery"));
        var log = new List<string>();
        _ml.Log += (_, message) => log.Add(message.RawMessage);

        using FineTuneLlmEmbedderTransformer embedder = Fit([history], out long tokens, maxTokens: 4_000);
        float[] vector = Assert.Single(SmallJob.Vectors(embedder.Transform(SmallJob.Texts(_ml, history))));

        Assert.InRange(tokens, 4_000, 6_000);
        Assert.Contains(log, line => Regex.Match(line, "on 1 texts of ([0-9,]+) tokens") is { Success: true } match
            && int.Parse(match.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) >= 1_000_000);
        Assert.All(vector, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void ATokenizerOfAnotherModel_IsRefusedWithTheToken()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("llm4es");
        try
        {
            _base.SaveHuggingFace(folder.FullName);
            LanguageModelConfiguration configuration = LanguageModelConfiguration.Load(folder.FullName) with { VocabularySize = 100 };
            using (CausalLanguageModel smaller = CausalLanguageModel.Create(configuration, seed: 1)) smaller.SaveHuggingFace(folder.FullName);
            FineTuneLlmEmbedderOptions options = SmallJob.Options;
            options.Model = LanguageModelSource.Folder(folder.FullName);

            var error = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(SmallJob.Texts(_ml, Usual)));

            Assert.Contains("the model knows tokens 0 to 99", error.Message, StringComparison.Ordinal);
            Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private FineTuneLlmEmbedderTransformer Fit(string[] texts, out long tokens, long? maxTokens = null)
    {
        long seen = 0;
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Model = LanguageModelSource.Transformer(_base);
        options.Training = options.Training! with { Epochs = 1, MaxTokens = maxTokens };
        options.Progress = new Listener(report => seen = report.Tokens);
        FineTuneLlmEmbedderTransformer embedder = _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(SmallJob.Texts(_ml, texts));
        tokens = seen;
        return embedder;
    }

    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
