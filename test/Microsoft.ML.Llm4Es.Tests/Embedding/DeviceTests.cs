using TorchSharp;

namespace Microsoft.ML.Llm4Es.Tests;

public sealed class DeviceTests
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 8).Select(i => $"day|shop\n{i}, bakery")];

    [Fact]
    public void Fit_OnAGpuThatIsNotThere_FallsBackToTheCpuWhereTheContextSaysSo()
    {
        SkipWithCuda();
        var ml = new MLContext(seed: 1) { GpuDeviceId = 0, FallbackToCpu = true };

        Assert.Equal(Vectors(new MLContext(seed: 1)), Vectors(ml));
    }

    [Fact]
    public void Fit_OnAGpuThatIsNotThere_SaysWhatToDo()
    {
        SkipWithCuda();
        var ml = new MLContext(seed: 1) { GpuDeviceId = 0, FallbackToCpu = false };

        var error = Assert.Throws<InvalidOperationException>(() => Vectors(ml));

        Assert.Contains("TorchSharp-cuda-linux", error.Message, StringComparison.Ordinal);
        Assert.Contains("FallbackToCpu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OnAGpu_LearnsWhatTheCpuLearns()
    {
        Assert.SkipUnless(HasCuda(), "There is no CUDA device, or the CPU build of libtorch is in use.");

        Assert.All(Vectors(new MLContext(seed: 1)).Zip(Vectors(new MLContext(seed: 1) { GpuDeviceId = 0 })), pair =>
            Assert.All(pair.First.Zip(pair.Second), value => Assert.Equal(value.First, value.Second, 0.05f)));
    }

    private static float[][] Vectors(MLContext ml)
    {
        IDataView data = SmallJob.Texts(ml, Texts);
        using FineTuneLlmEmbedderTransformer embedder = ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", SmallJob.Options).Fit(data);
        return SmallJob.Vectors(embedder.Transform(data));
    }

    private static bool HasCuda()
    {
        LanguageModels.TorchRuntime.EnsureLoaded();
        return torch.cuda.is_available();
    }

    private static void SkipWithCuda() => Assert.SkipWhen(HasCuda(), "There is a CUDA device.");
}
