using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class TorchScriptTests
{
    [Fact]
    public void RmsNorm_DuringGarbageCollections_KeepsItsEpsilon()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        Tensor x = ones(1, 4), weight = ones(4);
        using var done = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();

        for (int i = 0; i < 20_000; i++)
        {
            using Tensor normalised = TorchScript.RmsNorm(x, weight, 3.0);
            Assert.Equal(0.5f, normalised[0, 0].item<float>(), 6);
        }

        done.Cancel();
        collector.Join();
    }
}
