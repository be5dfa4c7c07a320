using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class NativeHeapTests
{
    [Fact]
    public void KeepFreedMemory_HeldTwiceAndDisposedTwice_TensorsKeepTheirValues()
    {
        TorchRuntime.EnsureLoaded();
        using IDisposable? first = NativeHeap.KeepFreedMemory();
        using Tensor small = ones(1000);
        using (NativeHeap.KeepFreedMemory())
        {
            // Above the size from which glibc maps blocks on their own.
            using Tensor large = ones(20_000_000);
            Assert.Equal(20_000_000, large.sum(float64).item<double>());
        }

        first?.Dispose();
        first?.Dispose();
        Assert.Equal(1000, small.sum().item<float>());
    }
}
