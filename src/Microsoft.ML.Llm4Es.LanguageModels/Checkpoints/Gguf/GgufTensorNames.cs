namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The Hugging Face names of a GGUF file's tensors.</summary>
internal static class GgufTensorNames
{
    /// <summary>Factors on the rotary frequencies, which Hugging Face keeps in the configuration.</summary>
    public const string RotaryFactors = "rope_freqs.weight";

    /// <summary>The head; absent where it shares the embedding's weights.</summary>
    public const string Head = "output.weight";

    /// <summary>The embedding.</summary>
    public const string Embedding = "token_embd.weight";

    private const string LayerPrefix = "blk.";

    private static readonly Dictionary<string, string> OutsideLayers = new(StringComparer.Ordinal)
    {
        [Embedding] = "model.embed_tokens.weight",
        ["output_norm.weight"] = "model.norm.weight",
        [Head] = "lm_head.weight",
    };

    private static readonly Dictionary<string, string> InsideLayer = new(StringComparer.Ordinal)
    {
        ["attn_norm"] = "input_layernorm",
        ["attn_q"] = "self_attn.q_proj",
        ["attn_k"] = "self_attn.k_proj",
        ["attn_v"] = "self_attn.v_proj",
        ["attn_output"] = "self_attn.o_proj",
        ["attn_q_norm"] = "self_attn.q_norm",
        ["attn_k_norm"] = "self_attn.k_norm",
        ["ffn_norm"] = "post_attention_layernorm",
        ["ffn_gate"] = "mlp.gate_proj",
        ["ffn_up"] = "mlp.up_proj",
        ["ffn_down"] = "mlp.down_proj",
    };

    /// <summary>Whether the rotary embedding turns what the weight of this Hugging Face name projects.</summary>
    public static bool IsRotated(string name) => name.Contains(".q_proj.", StringComparison.Ordinal) || name.Contains(".k_proj.", StringComparison.Ordinal);

    /// <summary>The Hugging Face name of a tensor: <c>blk.3.attn_q.weight</c> is <c>model.layers.3.self_attn.q_proj.weight</c>.</summary>
    /// <exception cref="InvalidDataException">No tensor of the supported architectures has this name.</exception>
    public static string ToHuggingFace(string name)
    {
        if (OutsideLayers.TryGetValue(name, out string? outside)) return outside;

        string[] parts = name.Split('.');
        return name.StartsWith(LayerPrefix, StringComparison.Ordinal)
            && parts is [_, var layer, var module, "weight" or "bias"]
            && int.TryParse(layer, System.Globalization.NumberStyles.None, null, out int index)
            && InsideLayer.TryGetValue(module, out string? inside)
                ? $"model.layers.{index}.{inside}.{parts[^1]}"
                : throw new InvalidDataException($"the tensor '{name}' is unknown; no architecture that is supported has one of this name.");
    }
}
