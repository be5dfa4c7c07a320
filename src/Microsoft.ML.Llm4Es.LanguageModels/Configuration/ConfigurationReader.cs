using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Reads <c>config.json</c>, in the form of transformers 4 and of transformers 5.</summary>
internal static class ConfigurationReader
{
    /// <summary>The deepest known models have some hundred layers; a damaged number must not be allocated.</summary>
    private const int MostLayers = 100_000;

    /// <summary>Settings of models that compute something else, in configurations that borrow the name of a supported one.</summary>
    private static readonly string[] OtherModels =
    [
        "num_local_experts", "num_experts", "n_routed_experts", "kv_lora_rank", "rope_interleaved", "no_rope_layers",
        "attn_logit_softcapping", "final_logit_softcapping",
    ];

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    internal static LanguageModelConfiguration Read(ReadOnlyMemory<byte> json, string source)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, Strict);
        }
        catch (JsonException cause)
        {
            throw new InvalidDataException($"{source}: no valid JSON. {cause.Message}", cause);
        }

        using (document)
        {
            JsonObjectReader config = new(document.RootElement, source);
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
                throw config.Error($"a JSON object is expected, found {document.RootElement.ValueKind}.");
            try
            {
                LanguageModelConfiguration configuration = Read(config);
                configuration.Validate();
                return configuration;
            }
            catch (Exception cause) when (cause is ArgumentException or InvalidOperationException)
            {
                // InvalidOperationException: a text with a broken escape, which the parser only finds when the text is taken.
                throw new InvalidDataException($"{source}: {cause.Message}", cause);
            }
        }
    }

    private static LanguageModelConfiguration Read(JsonObjectReader config)
    {
        LanguageModelArchitecture architecture = Architecture(config);
        RefuseUnsupported(config);
        int heads = config.Size("num_attention_heads");
        int layers = config.Size("num_hidden_layers");
        if (layers > MostLayers) throw config.Error($"num_hidden_layers is {layers}; at most {MostLayers} are expected.");
        int maxPositions = config.OptionalSize("max_position_embeddings") ?? DefaultMaxPositions(architecture);
        LanguageModelConfiguration read = new()
        {
            Architecture = architecture,
            VocabularySize = config.Size("vocab_size"),
            HiddenSize = config.Size("hidden_size"),
            IntermediateSize = config.Size("intermediate_size"),
            HiddenLayers = layers,
            AttentionHeads = heads,
            KeyValueHeads = KeyValueHeads(config, architecture, heads),
            RmsNormEpsilon = config.Positive("rms_norm_eps") ?? 1e-6,
            RotaryEmbedding = RotaryEmbeddingReader.Read(config, maxPositions),
            MaxPositions = maxPositions,
            TieWordEmbeddings = config.Boolean("tie_word_embeddings") ?? false,
            AttentionBias = architecture is LanguageModelArchitecture.Llama or LanguageModelArchitecture.Qwen3 && (config.Boolean("attention_bias") ?? false),
            MlpBias = architecture is LanguageModelArchitecture.Llama && (config.Boolean("mlp_bias") ?? false),
            SlidingWindow = SlidingWindow(config, architecture),
            SlidingLayers = SlidingLayers(config, architecture, layers),
            InitializerRange = config.Positive("initializer_range") ?? 0.02,
            BeginningOfTextId = FirstOrNull(config.TokenIds("bos_token_id")),
            EndOfTextIds = config.TokenIds("eos_token_id"),
            PaddingId = FirstOrNull(config.TokenIds("pad_token_id")),
        };
        // transformers assumes 128 for Qwen3, which is the size of published models and not of smaller ones.
        if (architecture is LanguageModelArchitecture.Qwen3) return read with { HeadDimension = config.Size("head_dim") };
        return config.OptionalSize("head_dim") is { } headDimension ? read with { HeadDimension = headDimension } : read;
    }

    /// <summary>Null means as many as heads. Where the key is missing, transformers assumes the size of the first model of its kind, which is not for others.</summary>
    private static int KeyValueHeads(JsonObjectReader config, LanguageModelArchitecture architecture, int heads) =>
        architecture is LanguageModelArchitecture.Llama || config.IsNull("num_key_value_heads")
            ? config.OptionalSize("num_key_value_heads") ?? heads
            : config.Size("num_key_value_heads");

    private static LanguageModelArchitecture Architecture(JsonObjectReader config)
    {
        string supported = string.Join(", ", ArchitectureNames.All.Select(name => name.ModelType));
        string modelType = config.Text("model_type") ?? throw config.Error($"model_type is missing; one of {supported} is expected.");
        ArchitectureNames? names = ArchitectureNames.All.FirstOrDefault(name => name.ModelType == modelType);
        if (names is null) throw config.Error($"model_type is '{modelType}', which is not supported; one of {supported} is expected.");
        if (config.Texts("architectures") is { } classes && (classes.Count != 1 || classes[0] != names.ClassName))
            throw config.Error($"architectures is [{string.Join(", ", classes)}], which is not supported; {names.ClassName} is expected for model_type '{modelType}'.");
        return names.Architecture;
    }

    private static void RefuseUnsupported(JsonObjectReader config)
    {
        if (config.Text("hidden_act") is { } activation && activation is not ("silu" or "swish"))
            throw config.Error($"hidden_act is '{activation}', which is not supported; 'silu' is expected.");
        if (config.Value("quantization_config") is not null)
            throw config.Error("quantization_config is set: weights that are stored quantised this way are not supported. Use the unquantised model or a GGUF file.");
        if (config.Positive("partial_rotary_factor") is { } part && part != 1)
            throw config.Error($"partial_rotary_factor is {part}; a rotary embedding over part of a head is not supported.");
        foreach (string key in OtherModels)
        {
            if (config.Value(key) is { ValueKind: not JsonValueKind.False } value)
                throw config.Error($"{key} is {value.GetRawText()}: models that compute this are not supported. Remove it if the weights were made without.");
        }
    }

    /// <summary>The defaults of transformers' configuration classes; they matter only where a rotary embedding is stretched.</summary>
    private static int DefaultMaxPositions(LanguageModelArchitecture architecture) => architecture switch
    {
        LanguageModelArchitecture.Llama => 2_048,
        LanguageModelArchitecture.Mistral => 131_072,
        _ => 32_768,
    };

    /// <summary>Mistral's window is 4,096 unless the key is there (null: none); Qwen's counts only with <c>use_sliding_window</c>.</summary>
    private static int? SlidingWindow(JsonObjectReader config, LanguageModelArchitecture architecture)
    {
        const int Missing = 4_096;
        int? window = config.OptionalSize("sliding_window");
        return architecture switch
        {
            LanguageModelArchitecture.Llama => window,
            LanguageModelArchitecture.Mistral => config.IsNull("sliding_window") ? null : window ?? Missing,
            _ when config.Boolean("use_sliding_window") is true => config.IsNull("sliding_window") ? null : window ?? Missing,
            _ => null,
        };
    }

    private static bool[]? SlidingLayers(JsonObjectReader config, LanguageModelArchitecture architecture, int layers)
    {
        if (config.Texts("layer_types") is { } types)
        {
            if (types.FirstOrDefault(type => type is not ("full_attention" or "sliding_attention")) is { } unknown)
                throw config.Error($"layer_types holds '{unknown}', which is not supported; full_attention or sliding_attention is expected.");
            if (types.Count != layers)
                throw config.Error($"layer_types has {types.Count} entries; num_hidden_layers is {layers}.");
            if (architecture is LanguageModelArchitecture.Llama or LanguageModelArchitecture.Mistral)
            {
                // transformers passes over layer_types here: all layers are alike.
                string only = SlidingWindow(config, architecture) is null ? "full_attention" : "sliding_attention";
                if (types.FirstOrDefault(type => type != only) is { } other)
                    throw config.Error($"layer_types holds '{other}', but every layer of a model of this type is {only}.");
                return null;
            }

            return [.. types.Select(type => type == "sliding_attention")];
        }

        // Before layer_types there was max_window_layers: the layers from there on have the window. 28 is transformers' default.
        if (architecture is LanguageModelArchitecture.Llama or LanguageModelArchitecture.Mistral || config.Boolean("use_sliding_window") is not true) return null;
        int first = config.Value("max_window_layers") is { ValueKind: JsonValueKind.Number } zero && zero.TryGetInt32(out int value) && value == 0
            ? 0
            : config.OptionalSize("max_window_layers") ?? 28;
        return [.. Enumerable.Range(0, layers).Select(layer => layer >= first)];
    }

    private static int? FirstOrNull(IReadOnlyList<int> ids) => ids.Count > 0 ? ids[0] : null;
}
