using System.Text.Json.Nodes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class LoraCheckpointTests : IDisposable
{
    private static readonly LoraOptions Options = new() { Rank = 3, Alpha = 5.5, Dropout = 0.25, TargetModules = ["q_proj", "up_proj"], UseRsLora = true };

    private readonly TemporaryFolder _folder = new();
    private readonly LoraAdapter _adapter = LoraAdapter.Create(TinyModel.Configuration, Options);

    public LoraCheckpointTests()
    {
        using IDisposable frozen = no_grad();
        using Generator generator = new(5, CPU);
        foreach (Parameter parameter in _adapter.Parameters.Values) parameter.normal_(0, 1, generator);
        _adapter.BaseModelName = "org/model";
        _adapter.Save(_folder.Path);
    }

    private string ConfigurationFile => Path.Combine(_folder.Path, "adapter_config.json");

    private string WeightsFile => Path.Combine(_folder.Path, "adapter_model.safetensors");

    public void Dispose()
    {
        _adapter.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Load_GivesWhatWasSaved_ToTheLastBit()
    {
        using LoraAdapter loaded = LoraAdapter.Load(TinyModel.Configuration, _folder.Path);

        Assert.Equal("org/model", loaded.BaseModelName);
        Assert.Equal((3, 5.5, 0.25, true), (loaded.Options.Rank, loaded.Options.Alpha, loaded.Options.Dropout, loaded.Options.UseRsLora));
        Assert.Equal(Options.TargetModules, loaded.Options.TargetModules);
        Assert.Equal(_adapter.Parameters.Keys, loaded.Parameters.Keys);
        Assert.All(loaded.Parameters, pair => Assert.Equal(_adapter.Parameters[pair.Key].data<float>().ToArray(), pair.Value.data<float>().ToArray()));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void Read_FromAStreamThatCannotSeek_GivesWhatWasWritten()
    {
        using var pipe = new MemoryStream();
        _adapter.WriteWeights(pipe);
        pipe.Position = 0;
        using var forwardOnly = new BufferedStream(new System.IO.Compression.GZipStream(Compressed(pipe), System.IO.Compression.CompressionMode.Decompress));

        using LoraAdapter read = LoraAdapter.Read(TinyModel.Configuration, _adapter.ToJson(), forwardOnly);

        Assert.All(read.Parameters, pair => Assert.Equal(_adapter.Parameters[pair.Key].data<float>().ToArray(), pair.Value.data<float>().ToArray()));
    }

    [Theory]
    [InlineData("peft_type", "\"IA3\"")]
    [InlineData("use_dora", "true")]
    [InlineData("bias", "\"all\"")]
    [InlineData("modules_to_save", "[\"lm_head\"]")]
    [InlineData("layers_to_transform", "[0]")]
    [InlineData("fan_in_fan_out", "true")]
    [InlineData("rank_pattern", "{\"q_proj\": 8}")]
    [InlineData("alpha_pattern", "{\"q_proj\": 8}")]
    [InlineData("init_lora_weights", "\"pissa\"")]
    [InlineData("task_type", "\"SEQ_CLS\"")]
    [InlineData("layer_replication", "[[0, 1]]")]
    [InlineData("exclude_modules", "[\"q_proj\"]")]
    [InlineData("lora_bias", "true")]
    [InlineData("a_variant_of_tomorrow", "{\"strength\": 1}")]
    [InlineData("target_modules", "\".*_proj\"")]
    [InlineData("target_modules", "[\"lm_head\"]")]
    [InlineData("r", "0")]
    [InlineData("lora_alpha", "-1")]
    public void Load_RefusesWhatIsNotSupported_ByItsName(string key, string value)
    {
        Change(key, JsonNode.Parse(value));

        var error = Assert.Throws<InvalidDataException>(() => LoraAdapter.Load(TinyModel.Configuration, _folder.Path));

        Assert.Contains("adapter_config.json", error.Message, StringComparison.Ordinal);
        string mention = value == "[\"lm_head\"]" && key == "target_modules" ? "lm_head" : key;
        Assert.Contains(mention, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("velora_config", "null")]
    [InlineData("use_qalora", "false")]
    [InlineData("loftq_config", "{}")]
    [InlineData("peft_version", "\"0.99\"")]
    [InlineData("init_lora_weights", "\"gaussian\"")]
    [InlineData("task_type", "null")]
    public void Load_AcceptsWhatHasNoEffect(string key, string value)
    {
        Change(key, JsonNode.Parse(value));

        LoraAdapter.Load(TinyModel.Configuration, _folder.Path).Dispose();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"peft_type\": \"LORA\"}")]
    public void Load_OfADamagedConfiguration_Throws(string json)
    {
        File.WriteAllText(ConfigurationFile, json);

        Assert.Throws<InvalidDataException>(() => LoraAdapter.Load(TinyModel.Configuration, _folder.Path));
    }

    [Fact]
    public void Load_OfAMatrixThatIsMissing_NamesIt()
    {
        Change("target_modules", new JsonArray("q_proj", "k_proj", "up_proj"));

        AssertRefused("layers.0.self_attn.k_proj.lora_A.weight is missing");
    }

    [Fact]
    public void Load_OfAMatrixThatHasNoPlace_NamesIt()
    {
        Change("target_modules", new JsonArray("q_proj"));

        AssertRefused("no place for base_model.model.model.layers.0.mlp.up_proj.lora_A.weight");
    }

    [Fact]
    public void Load_OfAMatrixOfAnotherShape_NamesBothShapes()
    {
        Change("r", 4);

        AssertRefused("has shape [3, 16]; [4, 16] is expected");
    }

    [Fact]
    public void Load_OfValuesThatAreNotFinite_NamesTheMatrix()
    {
        (string name, Parameter parameter) = _adapter.Parameters.First();
        using (no_grad()) parameter.fill_(float.NaN);
        _adapter.Save(_folder.Path);

        AssertRefused($"{name} holds values that are not finite");
    }

    [Fact]
    public void Load_OfATruncatedFile_Throws()
    {
        File.WriteAllBytes(WeightsFile, File.ReadAllBytes(WeightsFile)[..^4]);

        AssertRefused("damaged");
    }

    [Fact]
    public void Load_WithoutAFile_SaysWhichIsExpected()
    {
        File.Delete(WeightsFile);

        var error = Assert.Throws<FileNotFoundException>(() => LoraAdapter.Load(TinyModel.Configuration, _folder.Path));

        Assert.Contains("adapter_model.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfA16BitAdapter_GivesThirtyTwoBits()
    {
        using DisposeScope scope = NewDisposeScope();
        using (FileStream stream = File.Create(WeightsFile))
            SafetensorsWriter.Write(stream, [.. _adapter.Parameters.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.detach().to(ScalarType.BFloat16)))]);

        using LoraAdapter loaded = LoraAdapter.Load(TinyModel.Configuration, _folder.Path);

        Assert.All(loaded.Parameters, pair => Assert.Equal(_adapter.Parameters[pair.Key].to(ScalarType.BFloat16).to(ScalarType.Float32).data<float>().ToArray(), pair.Value.data<float>().ToArray()));
    }

    private static MemoryStream Compressed(Stream content)
    {
        var compressed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(compressed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true)) content.CopyTo(gzip);
        compressed.Position = 0;
        return compressed;
    }

    private void AssertRefused(string mention)
    {
        var error = Assert.Throws<InvalidDataException>(() => LoraAdapter.Load(TinyModel.Configuration, _folder.Path));
        Assert.Contains(mention, error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
    }

    private void Change(string key, JsonNode? value)
    {
        JsonNode json = JsonNode.Parse(File.ReadAllText(ConfigurationFile))!;
        json[key] = value;
        File.WriteAllText(ConfigurationFile, json.ToJsonString());
    }
}
