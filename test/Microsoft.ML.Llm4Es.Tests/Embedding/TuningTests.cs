using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Tests;

public sealed class TuningTests : IDisposable
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 20).Select(i => $"day|shop\n{i}, bakery\n{i + 1}, {(i % 2 == 0 ? "cinema" : "garage")}")];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es");
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string> Tunings => ["full", "lora", "lora:4", "last:1"];

    [Theory]
    [MemberData(nameof(Tunings))]
    public void Fit_LowersTheLoss(string tuning)
    {
        var losses = new List<double>();
        FineTuneLlmEmbedderOptions options = Options(tuning);
        options.Progress = new Losses(losses);

        Fit(options).Dispose();

        Assert.True(losses[^1] < losses[0] - 0.05, $"from {losses[0]} to {losses[^1]}");
    }

    [Theory]
    [MemberData(nameof(Tunings))]
    public void Save_KeepsTheVectors_InBothFormats(string tuning)
    {
        using FineTuneLlmEmbedderTransformer embedder = Fit(Options(tuning));
        IDataView data = SmallJob.Texts(_ml, Texts);
        string file = Path.Combine(_folder.FullName, "model.zip"), folder = Path.Combine(_folder.FullName, "model");

        _ml.Model.Save(embedder, data.Schema, file);
        embedder.SaveHuggingFace(folder);

        float[][] expected = SmallJob.Vectors(embedder.Transform(data));
        Assert.Equal(expected, SmallJob.Vectors(new MLContext().Model.Load(file, out _).Transform(data)));
        FineTuneLlmEmbedderOptions untouched = Options("none");
        untouched.Model = LanguageModelSource.Folder(folder);
        using FineTuneLlmEmbedderTransformer reopened = Fit(untouched);
        Assert.Equal(expected, SmallJob.Vectors(reopened.Transform(data)));
    }

    [Fact]
    public void SaveAdapter_OnTheBaseModel_GivesTheTunedModel()
    {
        string baseFolder = Path.Combine(_folder.FullName, "base"), adapterFolder = Path.Combine(_folder.FullName, "adapter"), file = Path.Combine(_folder.FullName, "model.zip");
        using FineTuneLlmEmbedderTransformer untuned = Fit(Options("none"));
        untuned.SaveHuggingFace(baseFolder);
        FineTuneLlmEmbedderOptions options = Options("lora");
        options.Model = LanguageModelSource.Folder(baseFolder);
        using FineTuneLlmEmbedderTransformer tuned = Fit(options);
        IDataView data = SmallJob.Texts(_ml, Texts);
        _ml.Model.Save(tuned, data.Schema, file);

        // What LoRA tuned stays exportable when the ML.NET model is loaded.
        using (var loaded = (FineTuneLlmEmbedderTransformer)new MLContext().Model.Load(file, out _))
            loaded.SaveAdapter(adapterFolder, "org/base");

        using CausalLanguageModel model = CausalLanguageModel.LoadHuggingFace(baseFolder);
        using LoraAdapter adapter = LoraAdapter.Load(model.Configuration, adapterFolder);
        Assert.Equal("org/base", adapter.BaseModelName);
        adapter.Attach(model);
        adapter.Merge();
        string merged = Path.Combine(_folder.FullName, "merged"), exported = Path.Combine(_folder.FullName, "exported");
        model.SaveHuggingFace(merged);
        tuned.SaveHuggingFace(exported);
        Assert.Equal(File.ReadAllBytes(Path.Combine(exported, "model.safetensors")), File.ReadAllBytes(Path.Combine(merged, "model.safetensors")));
    }

    [Fact]
    public void SaveAdapter_WithoutLora_SaysWhatToDo()
    {
        using FineTuneLlmEmbedderTransformer embedder = Fit(Options("full"));

        var error = Assert.Throws<InvalidOperationException>(() => embedder.SaveAdapter(_folder.FullName));

        Assert.Contains("Tuning.Lora()", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.EnumerateFiles());
    }

    [Fact]
    public void Fit_OfLora_IsRepeatableBySeed()
    {
        IDataView data = SmallJob.Texts(_ml, Texts);

        Assert.Equal(Vectors(seed: 3), Vectors(seed: 3));

        float[][] Vectors(int seed)
        {
            FineTuneLlmEmbedderOptions options = Options("lora");
            options.Seed = seed;
            using FineTuneLlmEmbedderTransformer embedder = Fit(options);
            return SmallJob.Vectors(embedder.Transform(data));
        }
    }

    [Fact]
    public void Fit_OfMoreLayersThanThereAre_SaysHowManyThereAre()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Fit(Options("last:3")));

        Assert.Contains("The model has 2 layers", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("full", "full")]
    [InlineData("none", "none")]
    [InlineData("lora", "lora:16")]
    [InlineData("lora:8", "lora:8")]
    [InlineData("last:2", "last:2")]
    public void Parse_ReadsWhatTheCommandLineWrites(string text, string expected) => Assert.Equal(expected, Tuning.Parse(text).ToString());

    [Theory]
    [InlineData("Full")]
    [InlineData("last")]
    [InlineData("last:0")]
    [InlineData("last:-1")]
    [InlineData("lora:x")]
    [InlineData("lora:4:8")]
    [InlineData("full:1")]
    public void Parse_OfAnythingElse_SaysWhatThereIs(string text)
    {
        var error = Assert.Throws<ArgumentException>(() => Tuning.Parse(text));
        Assert.Contains("last:LAYERS", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lora_ChecksItsSettingsWhereTheyAreSet()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Tuning.Lora(rank: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tuning.Lora(dropout: 1));
        Assert.Throws<ArgumentException>(() => Tuning.Lora(targetModules: ["query"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tuning.LastLayers(0));
    }

    private static FineTuneLlmEmbedderOptions Options(string tuning)
    {
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Tuning = Tuning.Parse(tuning);
        options.Training = options.Training! with { LearningRate = 1e-2 };
        return options;
    }

    private FineTuneLlmEmbedderTransformer Fit(FineTuneLlmEmbedderOptions options) =>
        _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(SmallJob.Texts(_ml, Texts));

    private sealed class Losses(List<double> losses) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => losses.Add(value.Loss);
    }
}
