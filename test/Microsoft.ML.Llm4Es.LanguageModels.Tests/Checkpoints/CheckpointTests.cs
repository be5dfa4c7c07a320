using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class CheckpointTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [MemberData(nameof(Corrupted))]
    public void LoadHuggingFace_LoadsOrNamesTheDamage(string folder)
    {
        (string path, JsonElement expected) = ReferenceFolders.Require("corrupted", folder);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();

        if (expected.GetProperty("expect").GetString() != "loads")
        {
            ReferenceFolders.AssertRefused(Record.Exception(() => CausalLanguageModel.LoadHuggingFace(path).Dispose()), expected);
            return;
        }

        using CausalLanguageModel model = CausalLanguageModel.LoadHuggingFace(path);
        model.Precision = ComputePrecision.Float32;
        ExpectedTensors good = new(Path.Combine(path, "..", "good", "expected.safetensors"));
        int[] ids = [.. good.Integers("input_ids").Select(id => (int)id)];
        Tensor logits = model.Logits(model.HiddenStates(new TokenBatch([ids])));
        TrainingCase.AssertClose(good["logits"][0], logits, ReferenceModel.Absolute, ReferenceModel.Relative, "logits");
    }

    [Fact]
    public void SaveHuggingFace_IsLoadedAsTheSameModel()
    {
        using TemporaryFolder folder = new();
        using CausalLanguageModel model = TinyModel.Create(configuration: TinyModel.Configuration with { EndOfTextIds = [2, 3], BeginningOfTextId = 1 });

        model.SaveHuggingFace(folder.Path);
        model.SaveHuggingFace(folder.Path);

        Assert.Equal(["config.json", "generation_config.json", "model.safetensors"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using CausalLanguageModel again = CausalLanguageModel.LoadHuggingFace(folder.Path);
        Assert.Equal(model.Configuration.ToJson(), again.Configuration.ToJson());
        AssertSameWeights(model, again);
    }

    [Fact]
    public void SaveHuggingFace_WithATokenizer_SavesItToo()
    {
        using TemporaryFolder folder = new();
        using CausalLanguageModel model = TinyModel.Create();
        LanguageModelTokenizer tokenizer = BytePairTrainer.Train(["one two two", "two three"], new BytePairTrainerOptions { VocabularySize = 300 }, progress: null, CancellationToken.None);

        model.SaveHuggingFace(folder.Path, tokenizer);

        Assert.Equal(tokenizer.Encode("one three", addSpecialTokens: true), LanguageModelTokenizer.Load(folder.Path).Encode("one three", addSpecialTokens: true));
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("generation_config.json")]
    public void SaveHuggingFace_ThatFails_LeavesTheFolderAsItWas(string obstacle)
    {
        using TemporaryFolder folder = new();
        using CausalLanguageModel before = TinyModel.Create(seed: 1);
        using CausalLanguageModel after = TinyModel.Create(seed: 2);
        before.SaveHuggingFace(folder.Path);
        // A folder in the place of a file: the name cannot be given.
        File.Delete(Path.Combine(folder.Path, obstacle));
        Directory.CreateDirectory(Path.Combine(folder.Path, obstacle));
        Dictionary<string, byte[]> files = Directory.GetFiles(folder.Path).ToDictionary(path => path, File.ReadAllBytes);

        IOException failure = Assert.Throws<IOException>(() => after.SaveHuggingFace(folder.Path));

        Assert.Contains(obstacle, failure.Message, StringComparison.Ordinal);
        Assert.Equal(files.Keys.Order(), Directory.GetFiles(folder.Path).Order());
        Assert.All(files, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
    }

    [Fact]
    public void SaveHuggingFace_Interrupted_LeavesTheOldFiles()
    {
        using TemporaryFolder folder = new();
        using CausalLanguageModel before = TinyModel.Create(seed: 1);
        before.SaveHuggingFace(folder.Path);
        byte[] weights = File.ReadAllBytes(Path.Combine(folder.Path, "model.safetensors"));
        CausalLanguageModel gone = TinyModel.Create(seed: 2);
        gone.Dispose();

        Assert.ThrowsAny<Exception>(() => gone.SaveHuggingFace(folder.Path));

        Assert.Equal(3, Directory.GetFileSystemEntries(folder.Path).Length);
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(folder.Path, "model.safetensors")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_GivesWhatWriteWeightsWrote_AndStopsBehindIt(bool tied)
    {
        LanguageModelConfiguration configuration = TinyModel.Configuration with { TieWordEmbeddings = tied };
        using CausalLanguageModel model = TinyModel.Create(configuration: configuration);
        using MemoryStream bytes = new();
        bytes.WriteByte(7);
        model.WriteWeights(bytes);
        bytes.WriteByte(9);
        bytes.Position = 1;

        using ForwardOnlyStream stream = new(bytes);
        using CausalLanguageModel again = CausalLanguageModel.Read(configuration, stream);

        Assert.Equal(9, stream.ReadByte());
        AssertSameWeights(model, again);
    }

    [Fact]
    public void Read_OfAnotherModelsWeights_NamesTheFirstThatDiffers()
    {
        using CausalLanguageModel model = TinyModel.Create();
        using MemoryStream bytes = new();
        model.WriteWeights(bytes);
        bytes.Position = 0;

        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => CausalLanguageModel.Read(TinyModel.Configuration with { IntermediateSize = 25 }, bytes));

        Assert.Contains("model.layers.0.mlp.gate_proj.weight", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("[24, 16]", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("[25, 16]", refusal.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Corrupted() => ReferenceFolders.Names("corrupted");

    private static void AssertSameWeights(CausalLanguageModel expected, CausalLanguageModel actual)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyDictionary<string, Tensor> weights = actual.Weights();
        Assert.Equal(expected.Weights().Keys, weights.Keys);
        foreach ((string name, Tensor weight) in expected.Weights()) Assert.Equal(weight.data<float>().ToArray(), weights[name].contiguous().data<float>().ToArray());
    }
}
