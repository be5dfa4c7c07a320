using System.Globalization;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>How much memory loading takes at its peak, in a process of its own: in this one, memory that other tests have freed would be taken again unseen.</summary>
public sealed class LoadingMemoryTests
{
    /// <summary>Loading may peak at this much of the weights in the wanted precision.</summary>
    private const double Peak = 1.3;

    private const string Path = "LLM4ES_TEST_LOADING_PATH";
    private const string Precision = "LLM4ES_TEST_LOADING_PRECISION";
    private const string Result = "LLM4ES_TEST_LOADING_RESULT";

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
    public void Load_OfSafetensors_PeaksLittleAboveTheWeights(ComputePrecision stored, ComputePrecision wanted)
    {
        using TemporaryFolder folder = new();
        Write(folder.Path, stored);

        AssertPeak(folder.Path, wanted);
    }

    [Theory]
    [Trait("Category", "Reference")]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    public void Load_OfGguf_PeaksLittleAboveTheWeights(ComputePrecision wanted) =>
        AssertPeak(Directory.GetFiles(ReferenceData.Require(ReferenceData.Models, "SmolLM2-135M-Instruct"), "*.gguf").Single(), wanted);

    /// <summary>What the process of its own runs. Everything resident counts: the weights, the pages of mapped files, and what is allocated on the way.</summary>
    [Fact(Explicit = true)]
    public void MeasureInThisProcess()
    {
        string path = Environment.GetEnvironmentVariable(Path)!;
        ComputePrecision wanted = Enum.Parse<ComputePrecision>(Environment.GetEnvironmentVariable(Precision)!);

        // Libraries are loaded and code is compiled before.
        using (TinyModel.Create())
        {
        }

        long before = OwnProcess.Status("VmRSS");
        using CausalLanguageModel model = File.Exists(path) ? CausalLanguageModel.LoadGguf(path, weights: wanted) : CausalLanguageModel.LoadHuggingFace(path, weights: wanted);
        double share = (double)(OwnProcess.Status("VmHWM") - before) / model.Parameters.Sum(parameter => parameter.numel() * parameter.element_size());
        File.WriteAllText(Environment.GetEnvironmentVariable(Result)!, share.ToString(CultureInfo.InvariantCulture));
    }

    private static void AssertPeak(string path, ComputePrecision wanted)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux, which measures the peak");
        using TemporaryFolder folder = new();
        string result = System.IO.Path.Combine(folder.Path, "peak");
        OwnProcess.Run(typeof(LoadingMemoryTests), nameof(MeasureInThisProcess), [new(Path, path), new(Precision, wanted.ToString()), new(Result, result)]);

        double share = double.Parse(File.ReadAllText(result), CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak {share:f3} of the weights"));
        Assert.InRange(share, 0.9, Peak);
    }

    private static void Write(string folder, ComputePrecision stored)
    {
        using (CausalLanguageModel model = CausalLanguageModel.Create(Configuration, seed: 1)) model.SaveHuggingFace(folder);
        if (stored is ComputePrecision.Float32) return;

        using CausalLanguageModel small = CausalLanguageModel.LoadHuggingFace(folder, weights: stored);
        small.SaveHuggingFace(folder);
    }
}
