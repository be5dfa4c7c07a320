using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>What is counted here belongs to the whole process, so no other test may run beside.</summary>
[Collection(nameof(TrainingMemoryTests))]
[CollectionDefinition(nameof(TrainingMemoryTests), DisableParallelization = true)]
public sealed class TrainingMemoryTests
{
    [Theory]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    public void Train_KeepsMemoryFlat(ComputePrecision precision)
    {
        using CausalLanguageModel model = CountingTask.Model();
        var options = new TrainingOptions { Epochs = 1, ContextLength = 16, TokensPerBatch = 64, GradientAccumulation = 2, Precision = precision };
        var trainer = new CausalLanguageModelTrainer(model, options);
        List<int[]> sequences = [.. Enumerable.Range(0, 1200).Select(i => CountingTask.Sequences(1, length: 4 + (i % 30), seed: i)[0])];
        trainer.Train(sequences, cancellationToken: TestContext.Current.CancellationToken);
        long memory = ResidentMemory();
        long tensors = Tensor.TotalCount;

        TrainingResult result = trainer.Train(sequences, cancellationToken: TestContext.Current.CancellationToken);

        Assert.InRange(result.Steps, 150, 400);
        Assert.Equal(tensors, Tensor.TotalCount);
        Assert.InRange(ResidentMemory() - memory, long.MinValue, 16 << 20);
    }

    private static long ResidentMemory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}
