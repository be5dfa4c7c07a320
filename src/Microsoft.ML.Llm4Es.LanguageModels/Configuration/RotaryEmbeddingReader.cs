using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Reads the rotary embedding: <c>rope_parameters</c> (transformers 5), or <c>rope_theta</c> and <c>rope_scaling</c> (transformers 4).</summary>
internal static class RotaryEmbeddingReader
{
    private static readonly Dictionary<RotaryEmbeddingType, string> Names = new()
    {
        [RotaryEmbeddingType.Default] = "default",
        [RotaryEmbeddingType.Linear] = "linear",
        [RotaryEmbeddingType.Dynamic] = "dynamic",
        [RotaryEmbeddingType.Yarn] = "yarn",
        [RotaryEmbeddingType.Llama3] = "llama3",
    };

    internal static string Name(RotaryEmbeddingType type) => Names[type];

    internal static RotaryEmbeddingConfiguration Read(JsonObjectReader config, int maxPositions)
    {
        double? outerTheta = config.Positive("rope_theta");
        JsonObjectReader? parameters = config.Object("rope_parameters");
        JsonObjectReader? scaling = config.Object("rope_scaling");
        if (parameters is not null && scaling is not null)
            throw config.Error("rope_parameters and rope_scaling are both set; only one of them is expected.");
        if ((parameters ?? scaling) is not { } rope) return new() { Theta = outerTheta ?? 10_000 };

        string name = rope.Text("rope_type") ?? rope.Text("type") ?? "default";
        if (!Names.ContainsValue(name))
            throw rope.Error($"rope_type '{name}' is not supported; one of {string.Join(", ", Names.Values)} is expected.");
        if (rope.Text("type") is { } older && older != name)
            throw rope.Error($"rope_type is '{name}' and type is '{older}'; the two must agree.");
        RotaryEmbeddingType type = Names.Single(entry => entry.Value == name).Key;
        RefuseUnknown(rope, type);
        double theta = rope.Positive("rope_theta") ?? outerTheta ?? 10_000;
        if (outerTheta is { } outer && outer != theta)
            throw config.Error($"rope_theta is {outer} beside {theta} in rope_parameters; the two must agree.");
        if (rope.Positive("partial_rotary_factor") is { } part && part != 1)
            throw rope.Error($"partial_rotary_factor is {part}; a rotary embedding over part of a head is not supported.");

        RotaryEmbeddingConfiguration read = new() { Type = type, Theta = theta };
        int? outerOriginal = config.OptionalSize("original_max_position_embeddings");
        int? original = rope.OptionalSize("original_max_position_embeddings") ?? outerOriginal;
        if (outerOriginal is { } outerLength && outerLength != original)
            throw config.Error($"original_max_position_embeddings is {outerLength} beside {original} in the settings of the rotary embedding; the two must agree.");
        if (type is RotaryEmbeddingType.Dynamic && original is { } length && length != maxPositions)
            throw rope.Error($"original_max_position_embeddings is {length}, but the dynamic rotary embedding starts from max_position_embeddings, which is {maxPositions}; the two must agree.");
        return type switch
        {
            RotaryEmbeddingType.Default => read,
            RotaryEmbeddingType.Linear or RotaryEmbeddingType.Dynamic => read with { Factor = Required(rope, "factor") },
            RotaryEmbeddingType.Llama3 => read with
            {
                Factor = Required(rope, "factor"),
                LowFrequencyFactor = Required(rope, "low_freq_factor"),
                HighFrequencyFactor = Required(rope, "high_freq_factor"),
                OriginalMaxPositions = original,
            },
            _ => read with
            {
                Factor = Required(rope, "factor"),
                OriginalMaxPositions = original,
                BetaFast = rope.Positive("beta_fast") ?? read.BetaFast,
                BetaSlow = rope.Positive("beta_slow") ?? read.BetaSlow,
                AttentionFactor = rope.Positive("attention_factor"),
                MScale = rope.Positive("mscale"),
                MScaleAllDimensions = rope.Positive("mscale_all_dim"),
                Truncate = rope.Boolean("truncate") ?? true,
            },
        };
    }

    private static double Required(JsonObjectReader rope, string key) =>
        rope.Positive(key) ?? throw rope.Error($"{key} is missing; a number above 0 is expected.");

    /// <summary>A rope setting that is not understood would change long inputs in silence.</summary>
    private static void RefuseUnknown(JsonObjectReader rope, RotaryEmbeddingType type)
    {
        string[] known = type switch
        {
            RotaryEmbeddingType.Default => ["factor"],
            RotaryEmbeddingType.Linear => ["factor"],
            RotaryEmbeddingType.Dynamic => ["factor", "original_max_position_embeddings"],
            RotaryEmbeddingType.Llama3 => ["factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"],
            _ => ["factor", "original_max_position_embeddings", "beta_fast", "beta_slow", "attention_factor", "mscale", "mscale_all_dim", "truncate"],
        };
        string[] common = ["rope_type", "type", "rope_theta", "partial_rotary_factor"];
        foreach (JsonProperty property in rope.Element.EnumerateObject())
        {
            if (property.Value.ValueKind is not JsonValueKind.Null && !known.Contains(property.Name) && !common.Contains(property.Name))
                throw rope.Error($"{property.Name} is not a setting of rope_type '{Names[type]}' that is understood.");
        }
    }
}
