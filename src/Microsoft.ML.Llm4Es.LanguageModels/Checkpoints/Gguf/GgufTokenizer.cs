using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// Writes the tokenizer in a GGUF file's metadata as the tokenizer.json that the same model has in a Hugging Face folder, so that one reader
/// handles both. The models <c>gpt2</c> (byte-level byte-pair encoding) and <c>llama</c> (SentencePiece) are supported.
/// </summary>
internal sealed class GgufTokenizer
{
    private const string Prefix = "tokenizer.ggml.";
    private const string ByteLevelModel = "gpt2";
    private const string SentencePieceModel = "llama";

    private readonly GgufMetadata _metadata;
    private readonly string[] _tokens;
    private readonly GgufTokenKind[] _kinds;

    private GgufTokenizer(GgufMetadata metadata)
    {
        _metadata = metadata;
        _tokens = metadata.Array<string>(Prefix + "tokens") ?? throw new InvalidDataException($"the metadata has no {Prefix}tokens.");
        _kinds = PerToken<int>("token_type")?.Select(kind => (GgufTokenKind)kind).ToArray() ?? Enumerable.Repeat(GgufTokenKind.Normal, _tokens.Length).ToArray();
    }

    /// <summary>The id of the token that begins a text; null where the model has none.</summary>
    /// <exception cref="InvalidDataException">The metadata says something else than an id.</exception>
    public static int? BeginningOfTextId(GgufMetadata metadata) => metadata.Count(Prefix + "bos_token_id") ?? (IsSentencePiece(metadata) ? 1 : null);

    /// <summary>The ids of the tokens that end a text or a turn.</summary>
    /// <exception cref="InvalidDataException">The metadata says something else than an id.</exception>
    public static IReadOnlyList<int> EndOfTextIds(GgufMetadata metadata)
    {
        int? endOfText = metadata.Count(Prefix + "eos_token_id") ?? (IsSentencePiece(metadata) ? 2 : null);
        int?[] ids = [endOfText, metadata.Count(Prefix + "eot_token_id"), metadata.Count(Prefix + "eom_token_id")];
        return [.. ids.OfType<int>().Distinct()];
    }

    /// <summary>The bytes of tokenizer.json.</summary>
    /// <exception cref="InvalidDataException">Something is missing, of another type, or not supported; the message names the key.</exception>
    public static byte[] ToJson(GgufMetadata metadata)
    {
        if (metadata.Text("tokenizer.huggingface.json") is { } json) return Encoding.UTF8.GetBytes(json);

        string model = metadata.Text(Prefix + "model") ?? throw new InvalidDataException($"the metadata has no {Prefix}model.");
        var tokenizer = new GgufTokenizer(metadata);
        JsonObject content = model switch
        {
            ByteLevelModel => tokenizer.ByteLevel(),
            SentencePieceModel => tokenizer.SentencePiece(),
            _ => throw new InvalidDataException(
                $"{Prefix}model is '{model}'; {ByteLevelModel} and {SentencePieceModel} are supported. Put the model's tokenizer.json beside the file."),
        };
        return tokenizer.Write(content);
    }

    private static bool IsSentencePiece(GgufMetadata metadata) => metadata.Text(Prefix + "model") == SentencePieceModel;

    private JsonObject ByteLevel()
    {
        GgufPreTokenizer preTokenizer = GgufPreTokenizer.Find(_metadata.Text(Prefix + "pre"));
        string[] merges = _metadata.Array<string>(Prefix + "merges") ?? throw new InvalidDataException($"the metadata has no {Prefix}merges.");
        return new JsonObject
        {
            ["normalizer"] = preTokenizer.Normalizer,
            ["pre_tokenizer"] = preTokenizer.Splitter,
            ["post_processor"] = Template(beginsByDefault: preTokenizer.BeginsText),
            ["decoder"] = GgufPreTokenizer.ByteLevel(useRegex: true),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = preTokenizer.IgnoresMerges,
                ["merges"] = new JsonArray([.. merges.Select(merge => JsonValue.Create(merge))]),
            },
        };
    }

    private JsonObject SentencePiece()
    {
        bool addsBlank = _metadata.Boolean(Prefix + "add_space_prefix") ?? true;
        float[] scores = PerToken<float>("scores") ?? throw new InvalidDataException($"the metadata has no {Prefix}scores.");
        int unknownId = _metadata.Count(Prefix + "unknown_token_id") ?? 0;
        IReadOnlyList<MergeRule> merges = SentencePieceMerges.Of(_tokens, scores, id => _kinds[id] is GgufTokenKind.Normal or GgufTokenKind.UserDefined);
        var normalizers = new JsonArray(Replace(" ", "▁"));
        var decoders = new JsonArray(Replace("▁", " "), new JsonObject { ["type"] = "ByteFallback" }, new JsonObject { ["type"] = "Fuse" });
        if (addsBlank)
        {
            normalizers.Insert(0, new JsonObject { ["type"] = "Prepend", ["prepend"] = "▁" });
            decoders.Add(new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 });
        }

        return new JsonObject
        {
            ["normalizer"] = new JsonObject { ["type"] = "Sequence", ["normalizers"] = normalizers },
            ["pre_tokenizer"] = null,
            ["post_processor"] = Template(beginsByDefault: true),
            ["decoder"] = new JsonObject { ["type"] = "Sequence", ["decoders"] = decoders },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["unk_token"] = Token(unknownId),
                ["fuse_unk"] = true,
                ["byte_fallback"] = true,
                ["ignore_merges"] = false,
                ["merges"] = new JsonArray([.. merges.Select(merge => new JsonArray(_tokens[merge.Left], _tokens[merge.Right]))]),
            },
        };

        static JsonObject Replace(string pattern, string content)
            => new() { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = pattern }, ["content"] = content };
    }

    /// <summary>The tokens that are put before and after a text; null where there are none.</summary>
    private JsonObject? Template(bool beginsByDefault)
    {
        bool begins = _metadata.Boolean(Prefix + "add_bos_token") ?? beginsByDefault;
        bool ends = _metadata.Boolean(Prefix + "add_eos_token") ?? false;
        if (!begins && !ends) return null;

        var single = new JsonArray(new JsonObject { ["Sequence"] = new JsonObject { ["id"] = "A", ["type_id"] = 0 } });
        var special = new JsonObject();
        if (begins) single.Insert(0, Special("add_bos_token", BeginningOfTextId(_metadata)));

        if (ends) single.Add(Special("add_eos_token", EndOfTextIds(_metadata).Cast<int?>().FirstOrDefault()));

        return new JsonObject { ["type"] = "TemplateProcessing", ["single"] = single, ["pair"] = new JsonArray(), ["special_tokens"] = special };

        JsonObject Special(string key, int? id)
        {
            string token = Token(id ?? throw new InvalidDataException($"{Prefix}{key} asks for a token that the metadata has no id of."));
            special[token] = new JsonObject { ["id"] = token, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(token) };
            return new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = 0 } };
        }
    }

    /// <summary>Control tokens are special; what a user defined is found in a text before it is split, but decoded as it stands.</summary>
    private byte[] Write(JsonObject content)
    {
        var added = new JsonArray();
        var vocabulary = new JsonObject();
        for (int id = 0; id < _tokens.Length; id++)
        {
            if (!vocabulary.TryAdd(_tokens[id], id))
                throw new InvalidDataException($"{Prefix}tokens has '{_tokens[id]}' twice, the second time as {id}.");

            if (_kinds[id] is GgufTokenKind.Control or GgufTokenKind.Unknown or GgufTokenKind.UserDefined)
            {
                added.Add(new JsonObject
                {
                    ["id"] = id,
                    ["content"] = _tokens[id],
                    ["single_word"] = false,
                    ["lstrip"] = false,
                    ["rstrip"] = false,
                    ["normalized"] = false,
                    ["special"] = _kinds[id] != GgufTokenKind.UserDefined,
                });
            }
        }

        content["version"] = "1.0";
        content["added_tokens"] = added;
        content["model"]!["vocab"] = vocabulary;
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            content.WriteTo(writer);
        }

        return bytes.WrittenSpan.ToArray();
    }

    private string Token(int id) => id < _tokens.Length
        ? _tokens[id]
        : throw new InvalidDataException($"the token id {id} is outside of {Prefix}tokens, which has {_tokens.Length:N0}.");

    private T[]? PerToken<T>(string name)
    {
        T[]? values = _metadata.Array<T>(Prefix + name);
        return values is null || values.Length == _tokens.Length
            ? values
            : throw new InvalidDataException($"{Prefix}{name} has {values.Length:N0} items; {_tokens.Length:N0} are expected, one for each token.");
    }
}
