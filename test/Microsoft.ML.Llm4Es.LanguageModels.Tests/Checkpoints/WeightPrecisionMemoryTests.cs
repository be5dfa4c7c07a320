using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>What is counted here belongs to the whole process, so no other test may run beside.</summary>
[Collection(nameof(TrainingMemoryTests))]
public sealed class WeightPrecisionMemoryTests
{
    [Fact]
    public void HiddenStates_OfBFloat16_LeaveNothingBehind()
    {
        using TemporaryFolder folder = new();
        using (CausalLanguageModel large = TinyModel.Create()) large.SaveHuggingFace(folder.Path);
        using CausalLanguageModel small = CausalLanguageModel.LoadHuggingFace(folder.Path, weights: ComputePrecision.BFloat16);
        int[] row = [1, 2, 3];
        TokenBatch batch = new([row]);
        using IDisposable noGradients = no_grad();

        MemoryGrowth.AssertNone(() => small.HiddenStates(batch).Dispose(), most: 1 << 20);
    }
}
