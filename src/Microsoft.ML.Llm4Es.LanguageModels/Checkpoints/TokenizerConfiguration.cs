using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The <c>tokenizer_config.json</c> of a model's folder: which tokens begin and end a text, beside what tokenizer.json says.</summary>
internal sealed class TokenizerConfiguration
{
    internal const string FileName = "tokenizer_config.json";

    private static readonly string[] TokenKeys = ["bos_token", "eos_token", "pad_token", "unk_token"];

    private TokenizerConfiguration(JsonObjectReader? json) => Json = json;

    /// <summary>Gets one that says nothing.</summary>
    internal static TokenizerConfiguration None { get; } = new(json: null);

    /// <summary>Gets the content; null where there is no file.</summary>
    internal JsonObjectReader? Json { get; }

    /// <summary>Reads the file where there is one.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    internal static TokenizerConfiguration Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return None;
        try
        {
            JsonElement root = JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(path));
            JsonObjectReader json = new(root, path);
            return root.ValueKind is JsonValueKind.Object ? new(json) : throw json.Error($"a JSON object is expected, found {root.ValueKind}.");
        }
        catch (JsonException cause)
        {
            throw new InvalidDataException($"{path}: no valid JSON. {cause.Message}", cause);
        }
    }

    /// <summary>The special tokens by their keys, such as <c>bos_token</c>; where the file names none, those of the ids in config.json.</summary>
    /// <exception cref="InvalidDataException">A token is neither a text nor an object with one.</exception>
    internal IReadOnlyDictionary<string, string> SpecialTokens(LanguageModelConfiguration configuration, LanguageModelTokenizer tokenizer)
    {
        Dictionary<string, string> tokens = new(StringComparer.Ordinal);
        foreach (string key in TokenKeys)
        {
            if ((Token(key) ?? TokenOfId(key, configuration, tokenizer)) is { } token) tokens.Add(key, token);
        }

        return tokens;
    }

    /// <summary>Writes a tokenizer_config.json with which transformers' AutoTokenizer loads the tokenizer.json beside it as it is.</summary>
    /// <param name="stream">Where to write.</param>
    /// <param name="configuration">The model's configuration.</param>
    /// <param name="specialTokens">The special tokens by their keys.</param>
    /// <param name="chatTemplates">The chat templates by name, where there are several; one alone is a file of its own.</param>
    internal static void Write(
        Stream stream, LanguageModelConfiguration configuration, IReadOnlyDictionary<string, string> specialTokens, IReadOnlyDictionary<string, string> chatTemplates)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();

        // The general class, which transformers 5 also calls TokenizersBackend; without a class the model's own would be taken, which puts parts of its own into the pipeline.
        json.WriteString("tokenizer_class", "PreTrainedTokenizerFast");
        foreach ((string key, string token) in specialTokens) json.WriteString(key, token);
        json.WriteNumber("model_max_length", configuration.MaxPositions);

        // transformers 4.4x warns where it is absent.
        json.WriteBoolean("clean_up_tokenization_spaces", false);
        if (!ChatTemplateTexts.IsOneFile(chatTemplates)) ChatTemplateTexts.Write(json, chatTemplates);
        json.WriteEndObject();
    }

    /// <summary>A token is written as a text, or as an object of an added token.</summary>
    private string? Token(string key)
    {
        if (Json?.Value(key) is not { } value) return null;
        return value.ValueKind is JsonValueKind.Object ? Json.Value.Object(key)!.Value.Text("content") : Json.Value.Text(key);
    }

    private static string? TokenOfId(string key, LanguageModelConfiguration configuration, LanguageModelTokenizer tokenizer)
    {
        int? id = key switch
        {
            "bos_token" => configuration.BeginningOfTextId,
            "eos_token" => configuration.EndOfTextIds.Cast<int?>().FirstOrDefault(),
            "pad_token" => configuration.PaddingId,
            _ => null,
        };
        return id is { } known ? tokenizer.Token(known) : null;
    }
}
