using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>The many ways in which the same model is written down, read as transformers 5 reads them.</summary>
public sealed class ConfigurationVariantTests
{
    private const string Sizes = """
        "vocab_size": 32, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4, "max_position_embeddings": 64
        """;

    [Theory]
    [InlineData("""{ "rope_type": "default", "rope_theta": 500.0 }""", """{ "rope_theta": 500.0 }""")]
    [InlineData("""{ "rope_type": "default", "rope_theta": 500.0 }""", """{ "rope_theta": 500, "rope_scaling": null }""")]
    [InlineData("""{ "rope_type": "default", "rope_theta": 500.0 }""", """{ "rope_theta": 500.0, "rope_scaling": { "rope_type": "default" } }""")]
    [InlineData("""{ "rope_type": "linear", "factor": 2.0, "rope_theta": 500.0 }""", """{ "rope_theta": 500.0, "rope_scaling": { "type": "linear", "factor": 2 } }""")]
    [InlineData("""{ "rope_type": "linear", "factor": 2.0, "rope_theta": 500.0 }""", """{ "rope_theta": 500.0, "rope_scaling": { "type": "linear", "rope_type": "linear", "factor": 2.0 } }""")]
    [InlineData("""{ "rope_type": "dynamic", "factor": 2.0, "rope_theta": 500.0 }""", """{ "rope_theta": 500.0, "rope_scaling": { "type": "dynamic", "factor": 2.0, "original_max_position_embeddings": 64 } }""")]
    [InlineData("""{ "rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16, "rope_theta": 500.0 }""", """{ "rope_theta": 500.0, "rope_scaling": { "type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16, "attention_factor": null, "beta_fast": null } }""")]
    [InlineData("""{ "rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16, "rope_theta": 500.0 }""", """{ "rope_theta": 500.0, "original_max_position_embeddings": 16, "rope_scaling": { "rope_type": "yarn", "factor": 4.0, "beta_fast": 32, "beta_slow": 1.0, "truncate": true } }""")]
    [InlineData("""{ "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 16, "rope_theta": 500.0 }""", """{ "rope_theta": 500.0, "rope_scaling": { "rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 16 } }""")]
    public void Parse_OfOlderAndNewerRotarySettings_GivesTheSame(string newer, string older)
    {
        JsonObject settings = new() { ["rope_parameters"] = JsonNode.Parse(newer) };

        Assert.Equal(Read(settings.ToJsonString()).RotaryEmbedding, Read(older).RotaryEmbedding);
    }

    [Theory]
    [InlineData("""{ "num_key_value_heads": null }""", 4)]
    [InlineData("""{ "num_key_value_heads": 2 }""", 2)]
    [InlineData("""{ "model_type": "qwen2", "num_key_value_heads": null }""", 4)]
    [InlineData("""{ "model_type": "mistral", "num_key_value_heads": null }""", 4)]
    public void Parse_OfKeyValueHeads_TakesNullForAsManyAsHeads(string settings, int heads) =>
        Assert.Equal(heads, Read(settings).KeyValueHeads);

    [Theory]
    [InlineData("""{ "attention_bias": true }""", true, false)]
    [InlineData("""{ "mlp_bias": true, "attention_bias": null }""", false, true)]
    [InlineData("""{ "model_type": "qwen3", "num_key_value_heads": 2, "head_dim": 8, "attention_bias": true }""", true, false)]
    public void Parse_OfBiases_FollowsTheArchitecture(string settings, bool attention, bool mlp)
    {
        LanguageModelConfiguration configuration = Read(settings);

        Assert.Equal((attention, mlp), (configuration.AttentionBias, configuration.MlpBias));
    }

    [Theory]
    [InlineData("""{ "torch_dtype": "bfloat16", "use_cache": false, "transformers_version": "4.31.0", "pretraining_tp": 2, "_name_or_path": "x" }""")]
    [InlineData("""{ "dtype": null, "head_dim": null, "pad_token_id": null, "rope_scaling": null, "rope_parameters": null, "hidden_act": null, "architectures": null }""")]
    [InlineData("""{ "layer_types": ["full_attention", "full_attention"], "sliding_window": null, "num_experts": null, "rope_interleaved": false }""")]
    public void Parse_OfWhatChangesNothing_GivesTheSameModel(string settings) =>
        Assert.Equal(Read("{}").ToJson(), Read(settings).ToJson());

    [Theory]
    [InlineData("""{ "model_type": "mistral", "num_key_value_heads": 2, "sliding_window": 5, "layer_types": ["sliding_attention", "sliding_attention"] }""", 5)]
    [InlineData("""{ "model_type": "mistral", "num_key_value_heads": 2, "sliding_window": null, "layer_types": ["full_attention", "full_attention"] }""", null)]
    [InlineData("""{ "model_type": "qwen3", "num_key_value_heads": 2, "head_dim": 8, "use_sliding_window": true, "sliding_window": 5, "layer_types": ["full_attention", "sliding_attention"] }""", 5)]
    [InlineData("""{ "model_type": "qwen3", "num_key_value_heads": 2, "head_dim": 8, "use_sliding_window": true, "sliding_window": 5, "max_window_layers": 2 }""", null)]
    public void Parse_OfWindows_GivesThemLayerByLayer(string settings, int? windowOfLastLayer) =>
        Assert.Equal(windowOfLastLayer, Read(settings).WindowOf(1));

    [Theory]
    [InlineData("""{ "layer_types": ["full_attention", "sliding_attention"] }""", "layer_types")]
    [InlineData("""{ "model_type": "mistral", "num_key_value_heads": 2, "sliding_window": 5, "layer_types": ["sliding_attention", "full_attention"] }""", "full_attention")]
    [InlineData("""{ "model_type": "qwen2", "num_key_value_heads": 2, "sliding_window": 5, "layer_types": ["sliding_attention", "full_attention"] }""", "use_sliding_window")]
    [InlineData("""{ "rope_scaling": { "type": "linear", "rope_type": "dynamic", "factor": 2.0 } }""", "type is 'linear'")]
    [InlineData("""{ "rope_scaling": { "rope_type": "yarn", "factor": 2.0, "original_max_position_embeddings": 32 }, "original_max_position_embeddings": 16 }""", "original_max_position_embeddings is 16")]
    [InlineData("""{ "rope_scaling": { "rope_type": "yarn" } }""", "factor")]
    [InlineData("""{ "rope_scaling": { "type": "mrope", "mrope_section": [2, 2] } }""", "mrope")]
    [InlineData("""{ "rope_scaling": { "rope_type": "yarn", "factor": 2.0, "finetuned": true } }""", "finetuned")]
    [InlineData("""{ "rope_parameters": { "full_attention": { "rope_type": "default" } } }""", "full_attention")]
    [InlineData("""{ "rope_scaling": [1] }""", "rope_scaling")]
    [InlineData("""{ "rope_theta": "10000" }""", "rope_theta")]
    [InlineData("""{ "num_local_experts": 8 }""", "num_local_experts")]
    [InlineData("""{ "rope_interleaved": true }""", "rope_interleaved")]
    [InlineData("""{ "final_logit_softcapping": 30.0 }""", "final_logit_softcapping")]
    [InlineData("""{ "quantization_config": { "quant_method": "awq" } }""", "quantization_config")]
    [InlineData("""{ "hidden_act": "gelu_new" }""", "gelu_new")]
    [InlineData("""{ "architectures": ["LlamaForCausalLM", "Other"] }""", "Other")]
    [InlineData("""{ "model_type": "phi3" }""", "phi3")]
    [InlineData("""{ "tie_word_embeddings": "true" }""", "tie_word_embeddings")]
    [InlineData("""{ "eos_token_id": [1, "x"] }""", "eos_token_id")]
    public void Parse_OfWhatIsNotSupported_NamesIt(string settings, string mention) =>
        Assert.Contains(mention, Assert.Throws<InvalidDataException>(() => Read(settings)).Message, StringComparison.Ordinal);

    private static LanguageModelConfiguration Read(string settings)
    {
        JsonObject config = JsonNode.Parse($$"""{ "model_type": "llama", {{Sizes}} }""")!.AsObject();
        foreach ((string key, JsonNode? value) in JsonNode.Parse(settings)!.AsObject()) config[key] = value?.DeepClone();
        return LanguageModelConfiguration.Parse(config.ToJsonString());
    }
}
