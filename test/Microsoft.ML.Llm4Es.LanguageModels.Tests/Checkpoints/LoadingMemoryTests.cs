using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>What is measured here belongs to the whole process, so no other test may run beside.</summary>
[Collection(nameof(LoadingMemoryTests))]
[CollectionDefinition(nameof(LoadingMemoryTests), DisableParallelization = true)]
public sealed class LoadingMemoryTests
{
    /// <summary>Loading may peak at this much of the weights in the wanted precision.</summary>
    private const double Peak = 1.3;

    /// <summary>77 million weights, a fifth of them the embedding.</summary>
    private static readonly LanguageModelConfiguration Configuration = new()
    {
        VocabularySize = 16_000,
        HiddenSize = 1024,
        IntermediateSize = 3072,
        HiddenLayers = 5,
        AttentionHeads = 8,
        TieWordEmbeddings = true,
    };

    [Theory]
    [InlineData(ComputePrecision.Float32, ComputePrecision.Float32)]
    [InlineData(ComputePrecision.Float32, ComputePrecision.BFloat16)]
    [InlineData(ComputePrecision.BFloat16, ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16, ComputePrecision.BFloat16)]
    public void LoadHuggingFace_PeaksLittleAboveTheWeights(ComputePrecision stored, ComputePrecision wanted)
    {
        using TemporaryFolder folder = new();
        Write(folder.Path, stored);

        Measure(() => CausalLanguageModel.LoadHuggingFace(folder.Path, weights: wanted));
    }

    [Theory]
    [Trait("Category", "Reference")]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    public void LoadGguf_PeaksLittleAboveTheWeights(ComputePrecision wanted)
    {
        string path = Directory.GetFiles(ReferenceData.Require(ReferenceData.Models, "SmolLM2-135M-Instruct"), "*.gguf").Single();

        Measure(() => CausalLanguageModel.LoadGguf(path, weights: wanted));
    }

    /// <summary>Everything resident counts: the weights, the pages of mapped files, and what is allocated on the way.</summary>
    private static void Measure(Func<CausalLanguageModel> load)
    {
        const string ClearReferences = "/proc/self/clear_refs";
        Assert.SkipUnless(File.Exists(ClearReferences), "needs Linux, which measures the peak");
        // Libraries are loaded and code is compiled before.
        using (TinyModel.Create())
        {
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        // What other tests have freed would be taken again unseen.
        _ = TrimFreeMemory(keep: 0);
        // Resets the peak (proc(5)).
        File.WriteAllText(ClearReferences, "5");
        long before = Status("VmRSS");

        using CausalLanguageModel model = load();

        double share = (double)(Status("VmHWM") - before) / model.Parameters.Sum(parameter => parameter.numel() * parameter.element_size());
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak {share:f3} of the weights"));
        Assert.InRange(share, 0.5, Peak);
    }

    private static void Write(string folder, ComputePrecision stored)
    {
        using CausalLanguageModel model = CausalLanguageModel.Create(Configuration, seed: 1);
        if (stored is ComputePrecision.Float32)
        {
            model.SaveHuggingFace(folder);
            return;
        }

        using TemporaryFile weights = new();
        using (FileStream stream = File.Create(weights.Path)) model.WriteWeights(stream);
        using FileStream again = File.OpenRead(weights.Path);
        using CausalLanguageModel small = CausalLanguageModel.Read(Configuration, again, weights: ComputePrecision.BFloat16);
        small.SaveHuggingFace(folder);
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int TrimFreeMemory(nuint keep);

    private static long Status(string name)
    {
        string line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return 1024 * long.Parse(line[(name.Length + 1)..^3], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
    }

    private sealed class TemporaryFile : IDisposable
    {
        internal string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
