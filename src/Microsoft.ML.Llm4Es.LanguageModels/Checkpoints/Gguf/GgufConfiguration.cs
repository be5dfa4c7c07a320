using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// Writes what a GGUF file says of its model as the config.json that the same model has in a Hugging Face folder, so that one reader
/// decides what is supported. Keys: docs/gguf.md of github.com/ggml-org/ggml. A setting that changes the model and has no place there is refused by name.
/// </summary>
internal sealed class GgufConfiguration
{
    private const string ArchitectureKey = "general.architecture";
    private const string Llama = "llama";

    private readonly GgufFile _file;
    private readonly GgufMetadata _metadata;
    private readonly string _architecture;

    private GgufConfiguration(GgufFile file)
    {
        _file = file;
        _metadata = file.Metadata;
        _architecture = _metadata.Text(ArchitectureKey) ?? throw new InvalidDataException($"the metadata has no {ArchitectureKey}.");
    }

    /// <summary>Whether queries and keys are stored for a rotation of neighbouring numbers, not of numbers half a head apart.</summary>
    public static bool RotatesNeighbours(GgufMetadata metadata) => metadata.Text(ArchitectureKey) == Llama;

    /// <summary>The text of config.json.</summary>
    /// <exception cref="InvalidDataException">A setting is missing, of another type, or not supported.</exception>
    public static string ToJson(GgufFile file) => new GgufConfiguration(file).Write().ToJsonString();

    private JsonObject Write()
    {
        RefuseWhatChangesTheModel();
        (string modelType, string className) = ModelType();
        int hiddenSize = _metadata.Size(Key("embedding_length"));
        int heads = _metadata.Size(Key("attention.head_count"));
        int headDimension = _metadata.Count(Key("attention.key_length")) ?? hiddenSize / heads;
        RefuseUnless("attention.value_length", _metadata.Count(Key("attention.value_length")) ?? headDimension, headDimension);
        RefuseUnless("rope.dimension_count", _metadata.Count(Key("rope.dimension_count")) ?? headDimension, headDimension);

        var config = new JsonObject
        {
            ["architectures"] = new JsonArray(className),
            ["model_type"] = modelType,
            ["vocab_size"] = VocabularySize(),
            ["hidden_size"] = hiddenSize,
            ["intermediate_size"] = _metadata.Size(Key("feed_forward_length")),
            ["num_hidden_layers"] = _metadata.Size(Key("block_count")),
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = _metadata.Count(Key("attention.head_count_kv")) ?? heads,
            ["head_dim"] = headDimension,
            ["hidden_act"] = "silu",
            ["rms_norm_eps"] = RequiredNumber("attention.layer_norm_rms_epsilon"),
            ["max_position_embeddings"] = _metadata.Size(Key("context_length")),
            ["rope_parameters"] = new GgufRotaryEmbedding(_file, _architecture, headDimension).Write(),
            ["tie_word_embeddings"] = !_file.Tensors.ContainsKey(GgufTensorNames.Head),
            ["attention_bias"] = HasBias("attn_q"),
            ["mlp_bias"] = HasBias("ffn_up"),
            ["bos_token_id"] = GgufTokenizer.BeginningOfTextId(_metadata),
            ["eos_token_id"] = new JsonArray([.. GgufTokenizer.EndOfTextIds(_metadata).Select(id => JsonValue.Create(id))]),
            ["pad_token_id"] = _metadata.Count("tokenizer.ggml.padding_token_id"),
        };
        if (SlidingWindow() is { } window) config["sliding_window"] = window;
        return config;
    }

    /// <summary>Mistral's models are "llama" in GGUF: what sets them apart is the window, where it is kept.</summary>
    private (string ModelType, string ClassName) ModelType() => _architecture switch
    {
        Llama when SlidingWindow() is not null => ("mistral", "MistralForCausalLM"),
        Llama => ("llama", "LlamaForCausalLM"),
        "qwen2" => ("qwen2", "Qwen2ForCausalLM"),
        "qwen3" => ("qwen3", "Qwen3ForCausalLM"),
        _ => throw new InvalidDataException($"the architecture is '{_architecture}'; llama, qwen2 and qwen3 are supported."),
    };

    private void RefuseWhatChangesTheModel()
    {
        string content = _metadata.Text("general.type") ?? "model";
        if (content != "model")
            throw new InvalidDataException($"general.type is '{content}'; a whole model is expected. Merge an adapter into its model before converting it.");

        int parts = _metadata.Count("split.count") ?? 1;
        if (parts > 1) throw new InvalidDataException($"this is one of {parts} parts of a model; join them with llama-gguf-split --merge.");

        if (_architecture != Llama) RefuseUnless("attention.sliding_window", SlidingWindow() ?? 0, 0);
        RefuseUnless("expert_count", _metadata.Count(Key("expert_count")) ?? 0, 0);
        RefuseUnless("attention.causal", _metadata.Boolean(Key("attention.causal")) ?? true, true);
        RefuseUnless("use_parallel_residual", _metadata.Boolean(Key("use_parallel_residual")) ?? false, false);
        foreach (string key in new[] { "attention.scale", "attention.clamp_kqv", "attention.max_alibi_bias", "logit_scale", "residual_scale", "embedding_scale" })
        {
            RefuseUnless(key, _metadata.Values.GetValueOrDefault(Key(key), "absent"), "absent");
        }
    }

    private int? SlidingWindow() => _metadata.Count(Key("attention.sliding_window")) is > 0 and int window ? window : null;

    private int VocabularySize() => _file.Tensors.TryGetValue(GgufTensorNames.Embedding, out GgufTensor? embedding)
        ? checked((int)embedding.Rows)
        : throw new InvalidDataException($"the tensor '{GgufTensorNames.Embedding}' is missing.");

    private bool HasBias(string module) => _file.Tensors.ContainsKey($"blk.0.{module}.bias");

    private double RequiredNumber(string name) => _metadata.Number(Key(name)) ?? throw new InvalidDataException($"the metadata has no {Key(name)}.");

    private string Key(string name) => $"{_architecture}.{name}";

    private void RefuseUnless<T>(string name, T found, T supported)
        where T : notnull
    {
        if (!found.Equals(supported)) throw new InvalidDataException($"{Key(name)} is {found}; only {supported} is supported.");
    }
}
