using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class LanguageModelConfigurationTests
{
    private const string Minimal = """
        { "model_type": "llama", "vocab_size": 32, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4 }
        """;

    [Fact]
    public void Parse_OfTheSizesAlone_TakesTheDefaultsOfTransformers()
    {
        LanguageModelConfiguration configuration = LanguageModelConfiguration.Parse(Minimal);

        Assert.Equal(LanguageModelArchitecture.Llama, configuration.Architecture);
        Assert.Equal(4, configuration.KeyValueHeads);
        Assert.Equal(4, configuration.HeadDimension);
        Assert.Equal(1e-6, configuration.RmsNormEpsilon);
        Assert.Equal(new RotaryEmbeddingConfiguration(), configuration.RotaryEmbedding);
        Assert.Equal(2_048, configuration.MaxPositions);
        Assert.False(configuration.TieWordEmbeddings || configuration.AttentionBias || configuration.MlpBias);
        Assert.Null(configuration.SlidingWindow);
        Assert.Empty(configuration.EndOfTextIds);
    }

    [Theory]
    [InlineData("""{ "model_type": "mistral", "num_key_value_heads": 2 }""", 4_096, null)]
    [InlineData("""{ "model_type": "mistral", "num_key_value_heads": 2, "sliding_window": null }""", null, null)]
    [InlineData("""{ "model_type": "mistral", "num_key_value_heads": 2, "sliding_window": 7 }""", 7, 7)]
    [InlineData("""{ "model_type": "qwen2", "num_key_value_heads": 2, "sliding_window": 7 }""", null, null)]
    [InlineData("""{ "model_type": "qwen2", "num_key_value_heads": 2, "sliding_window": 7, "use_sliding_window": true, "max_window_layers": 1 }""", 7, null)]
    [InlineData("""{ "model_type": "qwen2", "num_key_value_heads": 2, "sliding_window": 7, "use_sliding_window": true, "max_window_layers": 0 }""", 7, 7)]
    [InlineData("""{ "model_type": "qwen2", "num_key_value_heads": 2, "sliding_window": 7, "use_sliding_window": true, "layer_types": ["sliding_attention", "full_attention"] }""", 7, 7)]
    public void Parse_OfSlidingWindows_FollowsTheArchitecture(string settings, int? window, int? firstLayerWindow)
    {
        LanguageModelConfiguration configuration = LanguageModelConfiguration.Parse(With(settings));

        Assert.Equal(window, configuration.SlidingWindow);
        if (firstLayerWindow is not null || configuration.Architecture is LanguageModelArchitecture.Qwen2) Assert.Equal(firstLayerWindow, configuration.WindowOf(0));
    }

    [Theory]
    [InlineData("""{ "eos_token_id": [1, 2] }""", new[] { 1, 2 })]
    [InlineData("""{ "eos_token_id": 2 }""", new[] { 2 })]
    [InlineData("""{ "eos_token_id": null, "pad_token_id": -1 }""", new int[0])]
    public void Parse_OfEndOfTextIds_TakesOneOrMany(string settings, int[] ids)
    {
        LanguageModelConfiguration configuration = LanguageModelConfiguration.Parse(With(settings));

        Assert.Equal(ids, configuration.EndOfTextIds);
        Assert.Null(configuration.PaddingId);
    }

    [Theory]
    [InlineData("""{ "rope_scaling": { "rope_type": "linear", "factor": 2.0, "surprise": 1 } }""", "surprise")]
    [InlineData("""{ "rope_parameters": { "rope_type": "default", "rope_theta": 5.0 }, "rope_theta": 6.0 }""", "rope_theta")]
    [InlineData("""{ "rope_parameters": { "rope_type": "default" }, "rope_scaling": { "type": "linear", "factor": 2.0 } }""", "rope_scaling")]
    [InlineData("""{ "rope_scaling": { "type": "dynamic", "factor": 2.0, "original_max_position_embeddings": 5 } }""", "original_max_position_embeddings")]
    [InlineData("""{ "rope_scaling": { "type": "yarn", "factor": 2.0 }, "rope_theta": 1.0 }""", "rope_theta")]
    [InlineData("""{ "partial_rotary_factor": 0.5 }""", "partial_rotary_factor")]
    [InlineData("""{ "sliding_window": 5 }""", "sliding_window")]
    [InlineData("""{ "num_hidden_layers": 2000000000 }""", "num_hidden_layers")]
    [InlineData("""{ "model_type": "qwen3", "num_key_value_heads": 2 }""", "head_dim")]
    [InlineData("""{ "model_type": "qwen2" }""", "num_key_value_heads")]
    [InlineData("""{ "eos_token_id": "</s>" }""", "eos_token_id")]
    [InlineData("""{ "tie_word_embeddings": 1 }""", "tie_word_embeddings")]
    [InlineData("""{ "architectures": ["LlamaModel"] }""", "LlamaModel")]
    public void Parse_OfWhatIsNotUnderstood_NamesIt(string settings, string mention) =>
        Assert.Contains(mention, Assert.Throws<InvalidDataException>(() => LanguageModelConfiguration.Parse(With(settings))).Message, StringComparison.Ordinal);

    [Theory]
    [Trait("Category", "Reference")]
    [MemberData(nameof(Unsupported))]
    public void Load_OfAnUnsupportedModel_NamesTheReason(string folder)
    {
        (string path, JsonElement expected) = ReferenceFolders.Require("unsupported", folder);

        ReferenceFolders.AssertRefused(Record.Exception(() => LanguageModelConfiguration.Load(path)), expected);
    }

    [Theory]
    [Trait("Category", "Reference")]
    [MemberData(nameof(ReferenceModel.Names), MemberType = typeof(ReferenceModel))]
    public void ToJson_IsReadBackAsTheSame(string name)
    {
        LanguageModelConfiguration configuration = LanguageModelConfiguration.Load(ReferenceData.Require(ReferenceData.Reference, "models", name));

        LanguageModelConfiguration again = LanguageModelConfiguration.Parse(configuration.ToJson());

        Assert.Equal(configuration.ToJson(), again.ToJson());
        Assert.Equal(configuration.EndOfTextIds, again.EndOfTextIds);
        for (int layer = 0; layer < configuration.HiddenLayers; layer++) Assert.Equal(configuration.WindowOf(layer), again.WindowOf(layer));
        Assert.Equal(Comparable(configuration), Comparable(again));

        // Records compare lists by reference, and a size that was left out is unlike the same size given.
        static LanguageModelConfiguration Comparable(LanguageModelConfiguration it) =>
            it with { EndOfTextIds = [], SlidingLayers = null, KeyValueHeads = it.KeyValueHeads, HeadDimension = it.HeadDimension };
    }

    [Fact]
    public void Setters_RefuseImpossibleValues()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TinyModel.Configuration with { HiddenSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => TinyModel.Configuration with { KeyValueHeads = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => TinyModel.Configuration with { RmsNormEpsilon = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => TinyModel.Configuration with { SlidingWindow = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RotaryEmbeddingConfiguration { Theta = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RotaryEmbeddingConfiguration { Factor = double.PositiveInfinity });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RotaryEmbeddingConfiguration { OriginalMaxPositions = 0 });
    }

    [Fact]
    public void Create_OfSettingsThatDoNotFitTogether_NamesThem()
    {
        Assert.Contains("num_key_value_heads", Refusal(TinyModel.Configuration with { KeyValueHeads = 3 }), StringComparison.Ordinal);
        Assert.Contains("head_dim", Refusal(TinyModel.Configuration with { HeadDimension = 5 }), StringComparison.Ordinal);
        Assert.Contains("hidden_size", Refusal(TinyModel.Configuration with { HiddenSize = 18 }), StringComparison.Ordinal);
        Assert.Contains("layer_types", Refusal(TinyModel.Configuration with { Architecture = LanguageModelArchitecture.Qwen2, SlidingLayers = [true] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TakesTheEndsOfTextOfTheGenerationConfiguration()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("llm4es-config-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "config.json"), With("""{"eos_token_id": 2}"""));
            File.WriteAllText(Path.Combine(folder.FullName, "generation_config.json"), """{"eos_token_id": [5, 2], "top_p": 0.9}""");
            Assert.Equal([2, 5], LanguageModelConfiguration.Load(folder.FullName).EndOfTextIds);

            File.WriteAllText(Path.Combine(folder.FullName, "generation_config.json"), """{"eos_token_id": "two"}""");
            Assert.Contains("generation_config.json", Assert.Throws<InvalidDataException>(() => LanguageModelConfiguration.Load(folder.FullName)).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static TheoryData<string> Unsupported() => ReferenceFolders.Names("unsupported");

    private static string Refusal(LanguageModelConfiguration configuration) =>
        Assert.Throws<ArgumentException>(() => CausalLanguageModel.Create(configuration, seed: 0)).Message;

    private static string With(string settings)
    {
        JsonObject config = JsonNode.Parse(Minimal)!.AsObject();
        foreach ((string key, JsonNode? value) in JsonNode.Parse(settings)!.AsObject()) config[key] = value?.DeepClone();
        return config.ToJsonString();
    }
}
