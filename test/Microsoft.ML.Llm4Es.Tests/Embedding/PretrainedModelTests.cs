using Microsoft.ML.Llm4Es.LanguageModels;
using Microsoft.ML.Llm4Es.LanguageModels.Tests;

namespace Microsoft.ML.Llm4Es.Tests;

[Trait("Category", "Reference")]
public sealed class PretrainedModelTests
{
    [Fact]
    public void Fit_FromAHuggingFaceFolder_TunesAndEmbeds()
    {
        string folder = ReferenceData.Require(ReferenceData.Models, "TinyStories-656K");
        var ml = new MLContext(seed: 1);
        var losses = new List<double>();
        IDataView data = SmallJob.Texts(ml, [.. Enumerable.Range(0, 12).Select(i => $"day|shop\n{i}, bakery\n{i + 1}, cinema")]);
        var options = new FineTuneLlmEmbedderOptions
        {
            Model = LanguageModelSource.Folder(folder),
            // The paper's context is longer than this model's 512 positions.
            Training = new TrainingOptions { Epochs = 6, ContextLength = 8192, TokensPerBatch = 8192, LearningRate = 1e-3 },
            Progress = new Losses(losses),
        };

        using FineTuneLlmEmbedderTransformer embedder = ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(data);

        Assert.Equal(2 * 128, embedder.Dimension);
        Assert.Equal(12, SmallJob.Vectors(embedder.Transform(data)).Length);
        Assert.True(losses[^1] < losses[0]);
    }

    [Fact]
    public void Fit_FromAGgufFile_EmbedsTheSameAfterSaving()
    {
        string file = Directory.GetFiles(ReferenceData.Require(ReferenceData.Models, "SmolLM2-135M-Instruct"), "*.gguf").Single();

        AssertEmbedsTheSameAfterSaving(LanguageModelSource.Gguf(file), dimension: 2 * 576);
    }

    [Fact]
    public void Fit_FromTheHub_DownloadsOnceAndEmbedsTheSameAfterSaving()
    {
        string folder = ReferenceData.Require(ReferenceData.Models, "TinyStories-656K");
        using HubServer hub = new(Directory.GetFiles(folder).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path))));
        LanguageModelSource source = LanguageModelSource.Hub(HubServer.Id, hub.Options);

        AssertEmbedsTheSameAfterSaving(source, dimension: 2 * 128);
        int contents = hub.StorageRequests.Count;
        AssertEmbedsTheSameAfterSaving(source, dimension: 2 * 128);

        Assert.Equal(contents, hub.StorageRequests.Count);
    }

    [Fact]
    public void Fit_FromTheHub_EmbedsLikeTheFolder()
    {
        string folder = ReferenceData.Require(ReferenceData.Models, "TinyStories-656K");
        using HubServer hub = new(Directory.GetFiles(folder).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path))));

        Assert.Equal(Embed(LanguageModelSource.Folder(folder)), Embed(LanguageModelSource.Hub(HubServer.Id, hub.Options)));
    }

    [Fact]
    public void Fit_FromTheHub_CanBeCancelled()
    {
        using HubServer hub = new(("config.json", "{}"u8.ToArray()), ("model.safetensors", new byte[100_000]));
        using CancellationTokenSource source = new();
        hub.AnswerStorage = _ =>
        {
            source.CancelAfter(50);
            return new(200, new byte[100_000]) { CutAfter = 1000, Stalls = true };
        };
        var ml = new MLContext(seed: 1);
        var options = new FineTuneLlmEmbedderOptions { Model = LanguageModelSource.Hub(HubServer.Id, hub.Options), CancellationToken = source.Token };

        Assert.ThrowsAny<OperationCanceledException>(() => ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(SmallJob.Texts(ml, "a")));
    }

    [Fact]
    public void Fit_FromAGgufFileThatIsNotThere_SaysWhatIsExpected()
    {
        var ml = new MLContext(seed: 1);
        var options = new FineTuneLlmEmbedderOptions { Model = LanguageModelSource.Gguf("no-such-model.gguf") };

        var error = Assert.Throws<FileNotFoundException>(() => ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(SmallJob.Texts(ml, "a")));

        Assert.Contains("no-such-model.gguf", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_FromAFolderThatIsNotThere_SaysWhatIsExpected()
    {
        var ml = new MLContext(seed: 1);
        var options = new FineTuneLlmEmbedderOptions { Model = LanguageModelSource.Folder("no-such-model") };

        var error = Assert.Throws<DirectoryNotFoundException>(() => ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(SmallJob.Texts(ml, "a")));

        Assert.Contains("config.json, model.safetensors and tokenizer.json", error.Message, StringComparison.Ordinal);
    }

    private static float[][] Embed(LanguageModelSource source)
    {
        var ml = new MLContext(seed: 1);
        IDataView data = SmallJob.Texts(ml, "day|shop\n1, bakery", "day|shop\n2, cinema\n9, bakery");
        using FineTuneLlmEmbedderTransformer embedder = ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", new() { Model = source, Tuning = Tuning.None }).Fit(data);
        return SmallJob.Vectors(embedder.Transform(data));
    }

    private static void AssertEmbedsTheSameAfterSaving(LanguageModelSource source, int dimension)
    {
        var ml = new MLContext(seed: 1);
        IDataView data = SmallJob.Texts(ml, "day|shop\n1, bakery", "day|shop\n2, cinema\n9, bakery");
        using FineTuneLlmEmbedderTransformer embedder = ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", new() { Model = source, Tuning = Tuning.None }).Fit(data);
        var model = new MemoryStream();
        ml.Model.Save(embedder, data.Schema, model);
        model.Position = 0;
        ITransformer loaded = new MLContext(seed: 2).Model.Load(model, out _);

        float[][] expected = SmallJob.Vectors(embedder.Transform(data));
        float[][] actual = SmallJob.Vectors(loaded.Transform(data));
        (loaded as IDisposable)?.Dispose();

        Assert.All(expected, vector => Assert.Equal(dimension, vector.Length));
        Assert.NotEqual(expected[0], expected[1]);
        Assert.Equal(expected, actual);
    }

    private sealed class Losses(List<double> losses) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => losses.Add(value.Loss);
    }
}
