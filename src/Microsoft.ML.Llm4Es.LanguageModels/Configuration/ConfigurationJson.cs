using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>config.json of Hugging Face transformers. What is not understood is refused by name, never ignored.</summary>
internal static class ConfigurationJson
{
    private const string Architecture = "LlamaForCausalLM";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static LanguageModelConfiguration Read(string json)
    {
        JsonObject config = ParseObject(json);
        string? architecture = (string?)config["architectures"]?.AsArray().FirstOrDefault() ?? (string?)config["model_type"];
        if (architecture is not (Architecture or "llama"))
            throw new InvalidDataException($"The architecture '{architecture}' is not supported; supported is {Architecture}.");
        Refuse(config, "hidden_act", "silu");
        Refuse(config, "attention_bias", false);
        Refuse(config, "mlp_bias", false);
        Refuse(config, "partial_rotary_factor", 1.0);

        int hidden = Positive(config, "hidden_size"), heads = Positive(config, "num_attention_heads");
        int keyValueHeads = Optional(config, "num_key_value_heads", heads);
        if (heads % keyValueHeads != 0)
            throw new InvalidDataException($"num_attention_heads is {heads}; it must be a multiple of num_key_value_heads, {keyValueHeads}.");
        int headDimension = Optional(config, "head_dim", hidden / heads);
        if (headDimension % 2 != 0) throw new InvalidDataException($"head_dim is {headDimension}; rotary embedding needs an even number.");

        return new LanguageModelConfiguration
        {
            VocabularySize = Positive(config, "vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = Positive(config, "intermediate_size"),
            HiddenLayers = Positive(config, "num_hidden_layers"),
            AttentionHeads = heads,
            KeyValueHeads = keyValueHeads,
            HeadDimension = headDimension,
            RmsNormEpsilon = (double?)config["rms_norm_eps"] ?? 1e-6,
            RotaryEmbedding = ReadRotary(config),
            MaxPositions = Optional(config, "max_position_embeddings", 2048),
            TieWordEmbeddings = (bool?)config["tie_word_embeddings"] ?? false,
            InitializerRange = (double?)config["initializer_range"] ?? 0.02,
            BeginningOfTextId = Ids(config, "bos_token_id").Cast<int?>().FirstOrDefault(),
            EndOfTextIds = Ids(config, "eos_token_id"),
            PaddingId = (int?)config["pad_token_id"],
        };
    }

    public static string Write(LanguageModelConfiguration configuration)
    {
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray(Architecture),
            ["model_type"] = "llama",
            ["vocab_size"] = configuration.VocabularySize,
            ["hidden_size"] = configuration.HiddenSize,
            ["intermediate_size"] = configuration.IntermediateSize,
            ["num_hidden_layers"] = configuration.HiddenLayers,
            ["num_attention_heads"] = configuration.AttentionHeads,
            ["num_key_value_heads"] = configuration.KeyValueHeads,
            ["head_dim"] = configuration.HeadDimension,
            ["hidden_act"] = "silu",
            ["rms_norm_eps"] = configuration.RmsNormEpsilon,
            ["rope_theta"] = configuration.RotaryEmbedding.Theta,
            ["max_position_embeddings"] = configuration.MaxPositions,
            ["tie_word_embeddings"] = configuration.TieWordEmbeddings,
            ["initializer_range"] = configuration.InitializerRange,
            ["attention_bias"] = false,
            ["mlp_bias"] = false,
            ["bos_token_id"] = configuration.BeginningOfTextId,
            ["eos_token_id"] = configuration.EndOfTextIds.Count switch
            {
                0 => null,
                1 => configuration.EndOfTextIds[0],
                _ => new JsonArray([.. configuration.EndOfTextIds.Select(id => (JsonNode)id)]),
            },
            ["pad_token_id"] = configuration.PaddingId,
            ["torch_dtype"] = "float32",
        };
        return config.ToJsonString(Indented);
    }

    private static RotaryEmbeddingConfiguration ReadRotary(JsonObject config)
    {
        JsonObject? parameters = (config["rope_parameters"] ?? config["rope_scaling"]) as JsonObject;
        string type = (string?)parameters?["rope_type"] ?? (string?)parameters?["type"] ?? "default";
        if (type != "default") throw new InvalidDataException($"The rope type '{type}' is not supported; supported is 'default'.");

        double theta = (double?)parameters?["rope_theta"] ?? (double?)config["rope_theta"] ?? 10_000;
        return theta > 0
            ? new RotaryEmbeddingConfiguration { Theta = theta }
            : throw new InvalidDataException($"rope_theta is {theta}; it must be positive.");
    }

    private static JsonObject ParseObject(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new InvalidDataException("config.json holds no JSON object.");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"config.json is not valid JSON: {failure.Message}", failure);
        }
    }

    private static void Refuse<T>(JsonObject config, string name, T supported) where T : notnull
    {
        if (config[name] is { } value && !value.GetValue<T>().Equals(supported))
            throw new InvalidDataException($"{name} is {value.ToJsonString()}; only {supported} is supported.");
    }

    private static int Positive(JsonObject config, string name)
    {
        int value = (int?)config[name] ?? throw new InvalidDataException($"config.json has no {name}.");
        return value > 0 ? value : throw new InvalidDataException($"{name} is {value}; it must be positive.");
    }

    private static int Optional(JsonObject config, string name, int otherwise) => config[name] is null ? otherwise : Positive(config, name);

    private static int[] Ids(JsonObject config, string name) => config[name] switch
    {
        null => [],
        JsonArray ids => [.. ids.Select(id => (int)id!)],
        JsonNode id => [(int)id],
    };
}
