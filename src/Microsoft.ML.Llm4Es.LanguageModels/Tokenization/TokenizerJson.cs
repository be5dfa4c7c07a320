using System.Text.Encodings.Web;
using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Reads and writes tokenizer.json, the format of Hugging Face's tokenizers library.</summary>
internal static class TokenizerJson
{
    public static TokenizerDefinition Read(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = ParseDocument(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"tokenizer.json: expected an object, found {document.RootElement.ValueKind}.");

        // "truncation" and "padding" are settings of whoever saved the file, not of the tokenizer: they are ignored.
        JsonSection root = new(document.RootElement, "tokenizer.json");
        root.AllowOnly("version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model");
        JsonSection model = root.Section("model");
        CheckModel(model);
        Dictionary<string, int> vocabulary = ReadVocabulary(model.Section("vocab"));
        return new TokenizerDefinition
        {
            Vocabulary = vocabulary,
            Merges = ReadMerges(model, vocabulary),
            UnknownToken = model.OptionalText("unk_token"),
            FuseUnknown = model.Flag("fuse_unk", false),
            ByteFallback = model.Flag("byte_fallback", false),
            IgnoreMerges = model.Flag("ignore_merges", false),
            AddedTokens = ReadAddedTokens(root),
            Normalizer = root.OptionalSection("normalizer")?.Element.Clone(),
            PreTokenizer = root.OptionalSection("pre_tokenizer")?.Element.Clone(),
            PostProcessor = root.OptionalSection("post_processor")?.Element.Clone(),
            Decoder = root.OptionalSection("decoder")?.Element.Clone(),
        };
    }

    public static void Write(TokenizerDefinition definition, Stream stream)
    {
        JsonWriterOptions options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using Utf8JsonWriter json = new(stream, options);
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (AddedToken token in definition.AddedTokens.OrderBy(t => t.Id)) WriteAddedToken(json, token);
        json.WriteEndArray();
        WriteSection(json, "normalizer", definition.Normalizer);
        WriteSection(json, "pre_tokenizer", definition.PreTokenizer);
        WriteSection(json, "post_processor", definition.PostProcessor);
        WriteSection(json, "decoder", definition.Decoder);
        WriteModel(json, definition);
        json.WriteEndObject();
    }

    private static JsonDocument ParseDocument(ReadOnlyMemory<byte> json)
    {
        try
        {
            // A byte order mark is no part of JSON, but editors add it.
            return JsonDocument.Parse(json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"tokenizer.json is not valid JSON: {e.Message}", e);
        }
    }

    private static void CheckModel(JsonSection model)
    {
        // The oldest files name no type; their model is byte pair encoding when it has merges.
        string type = model.OptionalText("type") ?? "BPE";
        if (type != "BPE") throw model.Unsupported($"the model type '{type}'");
        model.AllowOnly("type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges");
        foreach (string affix in new[] { "continuing_subword_prefix", "end_of_word_suffix" })
        {
            if (!string.IsNullOrEmpty(model.OptionalText(affix))) throw model.Unsupported($"{affix} '{model.Text(affix)}'");
        }

        if (model.Element.TryGetProperty("dropout", out JsonElement dropout) && dropout.ValueKind != JsonValueKind.Null
            && !(dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() == 0))
        {
            throw model.Unsupported($"dropout {dropout.GetRawText()}, which makes the ids random,");
        }
    }

    private static Dictionary<string, int> ReadVocabulary(JsonSection section)
    {
        Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
        foreach (JsonProperty entry in section.Element.EnumerateObject())
        {
            vocabulary[entry.Name] = JsonSection.ReadNumber(entry.Value, $"{section.Path}['{entry.Name}']");
        }

        if (vocabulary.Count == 0) throw new InvalidDataException($"{section.Path}: the vocabulary is empty.");
        return vocabulary;
    }

    private static List<MergeRule> ReadMerges(JsonSection model, Dictionary<string, int> vocabulary)
    {
        List<MergeRule> merges = [];
        foreach (JsonElement item in model.Items("merges"))
        {
            string path = $"{model.Path}.merges[{merges.Count}]";
            (string left, string right) = ReadMerge(item, path);
            merges.Add(new MergeRule(IdOf(left), IdOf(right), IdOf(left + right)));

            int IdOf(string token) => vocabulary.TryGetValue(token, out int id)
                ? id
                : throw new InvalidDataException($"{path}: the vocabulary lacks '{token}', needed to merge '{left}' and '{right}'.");
        }

        return merges;
    }

    private static (string Left, string Right) ReadMerge(JsonElement item, string path)
    {
        // Files of before tokenizers 0.20 write "left right", later ones ["left", "right"].
        if (item.ValueKind == JsonValueKind.String)
        {
            string[] parts = item.GetString()!.Split(' ');
            if (parts.Length == 2) return (parts[0], parts[1]);
        }
        else if (item.ValueKind == JsonValueKind.Array && item.GetArrayLength() == 2
            && item[0].ValueKind == JsonValueKind.String && item[1].ValueKind == JsonValueKind.String)
        {
            return (item[0].GetString()!, item[1].GetString()!);
        }

        throw new InvalidDataException($"{path}: expected two tokens, found {JsonSection.Describe(item)}.");
    }

    private static List<AddedToken> ReadAddedTokens(JsonSection root)
    {
        List<AddedToken> tokens = [];
        if (!root.Element.TryGetProperty("added_tokens", out JsonElement array) || array.ValueKind == JsonValueKind.Null) return tokens;
        foreach (JsonSection token in root.Sections("added_tokens"))
        {
            token.AllowOnly("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special");
            tokens.Add(new AddedToken(
                token.Number("id"),
                token.Text("content"),
                token.Flag("single_word", false),
                token.Flag("lstrip", false),
                token.Flag("rstrip", false),
                token.Flag("normalized", true),
                token.Flag("special", false)));
        }

        return tokens;
    }

    private static void WriteAddedToken(Utf8JsonWriter json, AddedToken token)
    {
        json.WriteStartObject();
        json.WriteNumber("id", token.Id);
        json.WriteString("content", token.Content);
        json.WriteBoolean("single_word", token.SingleWord);
        json.WriteBoolean("lstrip", token.StripLeft);
        json.WriteBoolean("rstrip", token.StripRight);
        json.WriteBoolean("normalized", token.Normalized);
        json.WriteBoolean("special", token.Special);
        json.WriteEndObject();
    }

    private static void WriteSection(Utf8JsonWriter json, string name, JsonElement? section)
    {
        json.WritePropertyName(name);
        if (section is { } element) element.WriteTo(json);
        else json.WriteNullValue();
    }

    private static void WriteModel(Utf8JsonWriter json, TokenizerDefinition definition)
    {
        Dictionary<int, string> tokens = definition.Vocabulary.ToDictionary(v => v.Value, v => v.Key);
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteString("unk_token", definition.UnknownToken);
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", definition.FuseUnknown);
        json.WriteBoolean("byte_fallback", definition.ByteFallback);
        json.WriteBoolean("ignore_merges", definition.IgnoreMerges);
        json.WriteStartObject("vocab");
        foreach ((string token, int id) in definition.Vocabulary.OrderBy(v => v.Value)) json.WriteNumber(token, id);
        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach ((int left, int right, _) in definition.Merges)
        {
            json.WriteStartArray();
            json.WriteStringValue(tokens[left]);
            json.WriteStringValue(tokens[right]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
