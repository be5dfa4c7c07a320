using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>What is counted here belongs to the whole process, so no other test may run beside.</summary>
[Collection(nameof(TrainingMemoryTests))]
public sealed class TuningMemoryTests
{
    [Theory]
    [InlineData(ComputePrecision.Float32, LoraOptions.AllLinear)]
    [InlineData(ComputePrecision.BFloat16, LoraOptions.AllLinear)]
    [InlineData(ComputePrecision.BFloat16, "down_proj")]
    public void Train_OfAnAdapter_KeepsMemoryFlat(ComputePrecision precision, string module)
    {
        using CausalLanguageModel model = CountingTask.Model();
        using LoraAdapter adapter = LoraAdapter.Create(model.Configuration, new LoraOptions { Rank = 4, TargetModules = [module] });
        adapter.Attach(model);

        AssertFlat(model, precision);
    }

    [Theory]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    public void Train_OfTheLastLayer_KeepsMemoryFlat(ComputePrecision precision)
    {
        using CausalLanguageModel model = CountingTask.Model();
        model.TrainLastLayers(1);

        AssertFlat(model, precision);
    }

    [Fact]
    public void Dispose_OfAnAdapter_FreesAllThatItMade()
    {
        using CausalLanguageModel model = CountingTask.Model();
        var options = new LoraOptions { Rank = 256, Dropout = 0.1 };
        AttachAndMerge();
        long memory = AllocatedMemory.InUse();

        for (int i = 0; i < 200; i++) AttachAndMerge();

        // One of these adapters takes more than a megabyte.
        Assert.InRange(AllocatedMemory.InUse() - memory, long.MinValue, 32 << 20);

        void AttachAndMerge()
        {
            using LoraAdapter adapter = LoraAdapter.Create(model.Configuration, options);
            adapter.Attach(model);
            adapter.Merge();
        }
    }

    private static void AssertFlat(CausalLanguageModel model, ComputePrecision precision)
    {
        var options = new TrainingOptions { Epochs = 1, ContextLength = 16, TokensPerBatch = 64, GradientAccumulation = 2, Precision = precision };
        var trainer = new CausalLanguageModelTrainer(model, options);
        List<int[]> sequences = [.. Enumerable.Range(0, 800).Select(i => CountingTask.Sequences(1, length: 4 + (i % 30), seed: i)[0])];

        MemoryGrowth.AssertNone(() => Assert.InRange(trainer.Train(sequences, cancellationToken: TestContext.Current.CancellationToken).Steps, 100, 400), most: 4 << 20);
    }
}
