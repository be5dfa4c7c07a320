using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>What is counted here belongs to the whole process, so no other test may run beside.</summary>
[Collection(nameof(TrainingMemoryTests))]
public sealed class GenerationMemoryTests
{
    [Theory]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    public void Generate_KeepsMemoryFlat(ComputePrecision precision)
    {
        using CausalLanguageModel model = TinyModel.Create(configuration: TinyModel.Configuration with { SlidingWindow = 9, Architecture = LanguageModelArchitecture.Qwen2, SlidingLayers = [true, false] });
        model.Precision = precision;
        int[][] prompts = [.. Enumerable.Range(0, 40).Select(i => Enumerable.Range(0, 1 + (i % 30)).ToArray())];
        // The first rounds fill the allocator's and oneDNN's caches and compile code, by 10 to 20 MB once; what leaks grows with every round after them too.
        for (int round = 0; round < 12; round++) Generate(model, prompts);
        long memory = ResidentMemory();
        long tensors = Tensor.TotalCount;
        long managed = GC.GetTotalMemory(forceFullCollection: true);

        for (int round = 0; round < 24; round++) Generate(model, prompts);

        Assert.Equal(tensors, Tensor.TotalCount);
        Assert.InRange(ResidentMemory() - memory, long.MinValue, 8 << 20);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - managed, long.MinValue, 4 << 20);
    }

    private static void Generate(CausalLanguageModel model, int[][] prompts)
    {
        TokenGenerator generator = new(model) { BatchSize = 7 };
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        generator.Generate(prompts, new() { MaxNewTokens = 12, StopTokenIds = [3] }, cancellationToken: cancellation);
        generator.Generate(prompts, new() { MaxNewTokens = 12, StopTokenIds = [3], Sampling = new() { Seed = 1, TopP = 0.9 } }, cancellationToken: cancellation);
    }

    private static long ResidentMemory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        // What the garbage collector holds in reserve is its own affair, and depends on the processor's cache.
        return Environment.WorkingSet - GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
    }
}
