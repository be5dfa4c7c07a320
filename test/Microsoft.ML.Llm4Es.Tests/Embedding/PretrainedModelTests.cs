using Microsoft.ML.Llm4Es.LanguageModels;

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

        Assert.Equal(128, embedder.Dimension);
        Assert.Equal(12, SmallJob.Vectors(embedder.Transform(data)).Length);
        Assert.True(losses[^1] < losses[0]);
    }

    [Fact]
    public void Fit_FromAFolderThatIsNotThere_SaysWhatIsExpected()
    {
        var ml = new MLContext(seed: 1);
        var options = new FineTuneLlmEmbedderOptions { Model = LanguageModelSource.Folder("no-such-model") };

        var error = Assert.Throws<DirectoryNotFoundException>(() => ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(SmallJob.Texts(ml, "a")));

        Assert.Contains("config.json, model.safetensors and tokenizer.json", error.Message, StringComparison.Ordinal);
    }

    private sealed class Losses(List<double> losses) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => losses.Add(value.Loss);
    }
}
