using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;

namespace Microsoft.ML.Llm4Es.Tests;

/// <summary>What is counted here belongs to the whole process, so no other test may run beside.</summary>
[Collection(nameof(PredictionEnginePoolTests))]
[CollectionDefinition(nameof(PredictionEnginePoolTests), DisableParallelization = true)]
public sealed class PredictionEnginePoolTests : IDisposable
{
    private const int Engines = 32;

    private static readonly string[] Texts = [.. Enumerable.Range(0, 40).Select(i => $"day|shop\n{i}, bakery\n{i + 1}, {(i % 3 == 0 ? "cinema" : "garage")}")];

    /// <summary>26 million weights, more than 100 MB.</summary>
    private static readonly LanguageModelPreset Preset = LanguageModelPreset.Medium with { VocabularySize = 400 };

    private readonly MLContext _ml = new(seed: 1);
    private readonly FineTuneLlmEmbedderTransformer _embedder;

    public PredictionEnginePoolTests()
    {
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Model = LanguageModelSource.FromScratch(Preset);
        options.Tuning = Tuning.None;
        options.Precision = ComputePrecision.Float32;
        options.Embedding = new EmbeddingOptions { Cache = EmbeddingCacheOptions.None };
        _embedder = _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(SmallJob.Texts(_ml, Texts));
    }

    public void Dispose() => _embedder.Dispose();

    [Fact]
    public void Pool_SharesOneSetOfWeights_AndPredictsLikeTheBatch()
    {
        float[][] expected = SmallJob.Vectors(_embedder.Transform(SmallJob.Texts(_ml, Texts)));
        using (PredictionEngine<SmallJob.TextRow, Prediction> first = Engine()) first.Predict(new SmallJob.TextRow { Text = Texts[0] });
        // What earlier tests left to the finalizer must not go away meanwhile.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long tensors = torch.Tensor.TotalCount;
        long memory = AllocatedMemory.InUse() + GC.GetTotalMemory(forceFullCollection: true);

        PredictionEngine<SmallJob.TextRow, Prediction>[] pool = [.. Enumerable.Range(0, Engines).Select(_ => Engine())];
        for (int i = 0; i < Engines; i++) AssertPredicts(pool[i], i % Texts.Length, expected);

        Assert.Equal(tensors, torch.Tensor.TotalCount);
        long grown = AllocatedMemory.InUse() + GC.GetTotalMemory(forceFullCollection: true) - memory;
        Assert.True(grown < 20 << 20, $"{grown >> 20} MB for {Engines} engines, of a model of more than 100 MB");

        Parallel.For(0, Engines, i =>
        {
            for (int row = i % 8; row < Texts.Length; row += 8) AssertPredicts(pool[i], row, expected);
        });
        Assert.Equal(tensors, torch.Tensor.TotalCount);
        foreach (PredictionEngine<SmallJob.TextRow, Prediction> engine in pool) engine.Dispose();
    }

    [Fact]
    public void Engine_Disposed_LeavesTheOthersTheirModel()
    {
        PredictionEngine<SmallJob.TextRow, Prediction> first = Engine();
        using PredictionEngine<SmallJob.TextRow, Prediction> second = Engine();
        first.Dispose();

        Assert.Equal(_embedder.Dimension, second.Predict(new SmallJob.TextRow { Text = Texts[0] }).Embedding.Length);
    }

    [Fact]
    public void Engine_OfADisposedTransformer_SaysSo()
    {
        using PredictionEngine<SmallJob.TextRow, Prediction> engine = Engine();
        engine.Predict(new SmallJob.TextRow { Text = Texts[0] });
        _embedder.Dispose();

        Assert.Throws<ObjectDisposedException>(() => engine.Predict(new SmallJob.TextRow { Text = Texts[1] }));
    }

    private PredictionEngine<SmallJob.TextRow, Prediction> Engine() =>
        new MLContext().Model.CreatePredictionEngine<SmallJob.TextRow, Prediction>(_embedder, new PredictionEngineOptions { OwnsTransformer = false });

    private static void AssertPredicts(PredictionEngine<SmallJob.TextRow, Prediction> engine, int row, float[][] expected)
    {
        float[] embedding = engine.Predict(new SmallJob.TextRow { Text = Texts[row] }).Embedding;
        Assert.All(expected[row].Zip(embedding), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    private sealed class Prediction
    {
        public float[] Embedding { get; set; } = [];
    }
}
