using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>How a byte-level tokenizer splits a text before it merges bytes: GGUF keeps only a name for it (<c>tokenizer.ggml.pre</c>).</summary>
/// <param name="Normalizer">The normaliser in the manner of tokenizer.json; null where there is none.</param>
/// <param name="Splitter">The pre-tokenizer in the manner of tokenizer.json.</param>
/// <param name="IgnoresMerges">Whether a whole piece that is in the vocabulary is taken as it is.</param>
/// <param name="BeginsText">Whether a text begins with the beginning-of-text token unless the metadata says otherwise.</param>
internal sealed record GgufPreTokenizer(JsonObject? Normalizer, JsonObject Splitter, bool IgnoresMerges = false, bool BeginsText = false)
{
    // From tokenizer.json of Qwen/Qwen3-0.6B: Llama 3's, but each digit stands alone.
    private const string QwenPattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The pre-tokenizer of a name. The names that share one are those of llama-vocab.cpp of llama.cpp.</summary>
    /// <exception cref="InvalidDataException">The name is missing or not supported.</exception>
    public static GgufPreTokenizer Find(string? name) => name switch
    {
        "gpt-2" => new(null, ByteLevel(useRegex: true)),
        "smollm" => new(null, Sequence(new JsonObject { ["type"] = "Digits", ["individual_digits"] = true }, ByteLevel(useRegex: true))),
        "llama-bpe" or "llama3" or "llama-v3" => new(null, Sequence(Split(BytePairTrainerOptions.Llama3Pattern), ByteLevel(useRegex: false)), IgnoresMerges: true, BeginsText: true),
        "qwen2" or "deepseek-r1-qwen" => new(new JsonObject { ["type"] = "NFC" }, Sequence(Split(QwenPattern), ByteLevel(useRegex: false))),
        _ => throw new InvalidDataException(
            $"tokenizer.ggml.pre is {(name is null ? "missing" : $"'{name}'")}; gpt-2, smollm, llama-bpe and qwen2 are supported. "
            + "Put the model's tokenizer.json beside the file."),
    };

    /// <summary>Bytes as letters; with the expression of GPT-2 to split a text first.</summary>
    public static JsonObject ByteLevel(bool useRegex)
        => new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = useRegex };

    private static JsonObject Sequence(params JsonNode[] steps) => new() { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(steps) };

    private static JsonObject Split(string pattern)
        => new() { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["behavior"] = "Isolated", ["invert"] = false };
}
