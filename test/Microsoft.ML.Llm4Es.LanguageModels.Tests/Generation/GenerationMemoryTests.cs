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

        // Twelve rounds leave 0.1 MB or less once the caches are full; the first ones fill those, by 10 to 20 MB.
        MemoryGrowth.AssertNone(() => { for (int round = 0; round < 12; round++) Generate(model, prompts); }, most: 2 << 20);
    }

    private static void Generate(CausalLanguageModel model, int[][] prompts)
    {
        TokenGenerator generator = new(model) { BatchSize = 7 };
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        generator.Generate(prompts, new() { MaxNewTokens = 12, StopTokenIds = [3] }, cancellationToken: cancellation);
        generator.Generate(prompts, new() { MaxNewTokens = 12, StopTokenIds = [3], Sampling = new() { Seed = 1, TopP = 0.9 } }, cancellationToken: cancellation);
    }
}
