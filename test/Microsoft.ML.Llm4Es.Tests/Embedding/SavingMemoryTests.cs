using System.Globalization;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Tests;

/// <summary>How much memory it takes to save and load a model of more than 1 GB of weights, each in a process of its own.</summary>
[Trait("Category", "Slow")]
public sealed class SavingMemoryTests : IDisposable
{
    /// <summary>What may be resident at most, as a share of the weights: less than two copies by far.</summary>
    private const double Peak = 1.2;

    private const string Folder = "LLM4ES_TEST_SAVING_FOLDER";
    private const string IsExternal = "LLM4ES_TEST_SAVING_EXTERNAL";

    /// <summary>270 million weights.</summary>
    private static readonly LanguageModelConfiguration Configuration = new()
    {
        VocabularySize = 16_000,
        HiddenSize = 1024,
        IntermediateSize = 4096,
        HiddenLayers = 15,
        AttentionHeads = 8,
        KeyValueHeads = 8,
        TieWordEmbeddings = true,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es-saving-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SaveAndLoad_OfAGigabyteOfWeights_HoldsOneCopy(bool external)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux, which measures the peak");
        WritePretrained();
        KeyValuePair<string, string>[] variables = [new(Folder, _folder.FullName), new(IsExternal, external.ToString())];

        OwnProcess.Run(typeof(SavingMemoryTests), nameof(SaveInThisProcess), variables);
        OwnProcess.Run(typeof(SavingMemoryTests), nameof(LoadInThisProcess), variables);

        Assert.All(new[] { "save", "load" }, step =>
        {
            double share = double.Parse(File.ReadAllText(Path.Combine(_folder.FullName, step)), CultureInfo.InvariantCulture);
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step}: peak {share:f3} of the weights"));
            Assert.InRange(share, 0.9, Peak);
        });
    }

    [Fact(Explicit = true)]
    public void SaveInThisProcess() => Measure("save", (ml, folder) =>
    {
        IDataView rows = SmallJob.Texts(ml, "day|shop\n1, bakery");
        using FineTuneLlmEmbedderTransformer embedder = ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", new FineTuneLlmEmbedderOptions
        {
            Model = LanguageModelSource.Folder(Path.Combine(folder, "pretrained")),
            Tuning = Tuning.None,
            SaveWeights = bool.Parse(Environment.GetEnvironmentVariable(IsExternal)!) ? SaveWeights.External() : SaveWeights.Inside,
        }).Fit(rows);
        ml.Model.Save(embedder, rows.Schema, Path.Combine(folder, "model.zip"));
    });

    [Fact(Explicit = true)]
    public void LoadInThisProcess() => Measure("load", (ml, folder) => ((IDisposable)ml.Model.Load(Path.Combine(folder, "model.zip"), out _)).Dispose());

    private static void Measure(string step, Action<MLContext, string> work)
    {
        string folder = Environment.GetEnvironmentVariable(Folder)!;
        var ml = new MLContext();
        // Libraries are loaded before.
        CausalLanguageModel.Create(Configuration with { HiddenSize = 16, IntermediateSize = 16, HiddenLayers = 1, HeadDimension = 2 }, seed: 1).Dispose();
        long before = OwnProcess.Status("VmRSS");
        work(ml, folder);
        double share = (double)(OwnProcess.Status("VmHWM") - before) / new FileInfo(Path.Combine(folder, "pretrained", "model.safetensors")).Length;
        File.WriteAllText(Path.Combine(folder, step), share.ToString(CultureInfo.InvariantCulture));
    }

    private void WritePretrained()
    {
        LanguageModelTokenizer tokenizer = BytePairTrainer.Train(["day|shop\n1, bakery"], new BytePairTrainerOptions { VocabularySize = 300 });
        using CausalLanguageModel model = CausalLanguageModel.Create(Configuration, seed: 1);
        model.SaveHuggingFace(Path.Combine(_folder.FullName, "pretrained"), tokenizer);
        Assert.InRange(new FileInfo(Path.Combine(_folder.FullName, "pretrained", "model.safetensors")).Length, 1_000_000_000, long.MaxValue);
    }
}
