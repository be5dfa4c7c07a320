using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Tests;

public sealed class PrecisionTests
{
    [Fact]
    [Trait("Category", "Slow")]
    public void Fit_InBFloat16_HasTheLossCurveOfFloat32()
    {
        double[] float32 = SmoothedLosses(ComputePrecision.Float32);
        double[] bfloat16 = SmoothedLosses(ComputePrecision.BFloat16);

        Assert.True(float32[^1] < 0.6 * float32[0], $"Nothing was learned: {float32[0]} to {float32[^1]}.");
        Assert.All(float32.Zip(bfloat16), pair => Assert.InRange(pair.Second / pair.First, 0.99, 1.01));
        Assert.NotEqual(float32, bfloat16);
    }

    /// <summary>The mean loss of each stretch of 20 steps, with the settings of a model from scratch but twice its batch.</summary>
    private static double[] SmoothedLosses(ComputePrecision precision)
    {
        var ml = new MLContext(seed: 1);
        List<double> losses = [];
        var options = new FineTuneLlmEmbedderOptions
        {
            Model = LanguageModelSource.FromScratch(LanguageModelPreset.Tiny.OfWords()),
            Training = new TrainingOptions { Epochs = 10, MaxTokens = 500_000, TokensPerBatch = 4096, ContextLength = 256, LearningRate = 2e-3, AdamEpsilon = 1e-8, WeightDecay = 0.1 },
            Precision = precision,
            Progress = new Listener(step => losses.Add(step.Loss)),
        };
        ml.Transforms.Llm4EsEmbed("Embedding", SmallJob.Fields, options).Fit(SmallJob.Clients(ml, count: 200));
        return [.. losses.Chunk(20).Where(stretch => stretch.Length == 20).Select(stretch => stretch.Average())];
    }

    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
