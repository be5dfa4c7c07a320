using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class GgufTokenizerTests
{
    /// <summary>A GGUF name of how a text is split, and the tokenizer.json that splits it so.</summary>
    public static TheoryData<string, string> ByteLevelTokenizers => new()
    {
        { "gpt-2", "gpt2" },
        { "smollm", "smollm2" },
        { "llama-bpe", "llama3_1" },
        { "qwen2", "qwen3" },
    };

    [Theory]
    [MemberData(nameof(ByteLevelTokenizers))]
    [Trait("Category", "Reference")]
    public void LoadTokenizer_OfAByteLevelVocabularyEqualsTokenizerJson(string preTokenizer, string name)
    {
        using JsonDocument published = ReadTokenizerJson(name);
        using GgufTemporaryFile file = ByteLevelFile(published.RootElement, preTokenizer).Save();
        using var checkpoint = GgufCheckpoint.Open(file.Path);
        LanguageModelTokenizer expected = LanguageModelTokenizer.Parse(JsonSerializer.SerializeToUtf8Bytes(published.RootElement));

        LanguageModelTokenizer actual = checkpoint.LoadTokenizer();

        AssertEncodeAndDecodeAlike(name, expected, actual);
    }

    [Fact]
    [Trait("Category", "Reference")]
    public void LoadTokenizer_OfASentencePieceVocabularyEqualsTokenizerJson()
    {
        using JsonDocument published = ReadTokenizerJson("mistral");
        using GgufTemporaryFile file = SentencePieceFile(published.RootElement).Save();
        using var checkpoint = GgufCheckpoint.Open(file.Path);
        LanguageModelTokenizer expected = LanguageModelTokenizer.Parse(JsonSerializer.SerializeToUtf8Bytes(published.RootElement));

        LanguageModelTokenizer actual = checkpoint.LoadTokenizer();

        AssertEncodeAndDecodeAlike("mistral", expected, actual);
    }

    [Fact]
    [Trait("Category", "Reference")]
    public void LoadTokenizer_OfTheMetadataOfSmolLm2EqualsTheTokenizerJsonBesideIt()
    {
        string path = Directory.GetFiles(ReferenceData.Require(ReferenceData.Models, "SmolLM2-135M-Instruct"), "*.gguf").Single();
        using var gguf = GgufFile.Open(path);
        using var checkpoint = GgufCheckpoint.Open(path);

        LanguageModelTokenizer beside = checkpoint.LoadTokenizer();
        LanguageModelTokenizer inside = LanguageModelTokenizer.Parse(GgufTokenizer.ToJson(gguf.Metadata));

        AssertEncodeAndDecodeAlike("smollm2", beside, inside);
        Assert.Equal(File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "chat_template.jinja")), checkpoint.ChatTemplate);
    }

    [Fact]
    public void LoadTokenizer_OfScoresJoinsTheBestPairFirst()
    {
        LanguageModelTokenizer tokenizer = Load(GgufTinyModel.Model());

        // "ab" (score -4) is better than "▁a" (-5), so " ab" is "▁" and "ab".
        Assert.Equal([1, 3, 6], tokenizer.Encode("ab", addSpecialTokens: true));
        Assert.Equal([7, 7, 0], tokenizer.Encode("a az", addSpecialTokens: false));
        Assert.Equal("ab a", tokenizer.Decode([1, 3, 6, 7], skipSpecialTokens: true));
    }

    [Fact]
    public void LoadTokenizer_DoesWhatTheMetadataSaysOfBlankBeginningAndEnd()
    {
        LanguageModelTokenizer tokenizer = Load(GgufTinyModel.Model()
            .Set("tokenizer.ggml.add_space_prefix", false)
            .Set("tokenizer.ggml.add_bos_token", false)
            .Set("tokenizer.ggml.add_eos_token", true));

        Assert.Equal([4, 7, 2], tokenizer.Encode("a a", addSpecialTokens: true));
        Assert.Equal(" a", tokenizer.Decode([7], skipSpecialTokens: true));
    }

    [Fact]
    public void LoadTokenizer_PrefersTokenizerJsonBesideTheFile()
    {
        using GgufTemporaryFile file = GgufTinyModel.Model().Save();
        using GgufTemporaryFile other = GgufTinyModel.Model().Set("tokenizer.ggml.tokens", new[] { "<unk>", "<s>", "</s>", "▁", "x", "y", "xy", "▁x" }).Save();
        using var checkpoint = GgufCheckpoint.Open(file.Path);
        using var source = GgufCheckpoint.Open(other.Path);
        using (FileStream json = File.Create(Path.Combine(file.Folder, "tokenizer.json"))) source.LoadTokenizer().Save(json);

        Assert.Equal(6, checkpoint.LoadTokenizer().TokenId("xy"));
    }

    [Theory]
    [InlineData("tokenizer.ggml.model", "rwkv", "rwkv")]
    [InlineData("tokenizer.ggml.model", "gpt2", "tokenizer.ggml.pre is missing")]
    [InlineData("tokenizer.ggml.tokens", new[] { "a", "a", "c", "d", "e", "f", "g", "h" }, "'a' twice")]
    [InlineData("tokenizer.ggml.scores", new[] { 1f }, "1 items; 8 are expected")]
    [InlineData("tokenizer.ggml.token_type", "all normal", "token_type")]
    [InlineData("tokenizer.ggml.bos_token_id", 99u, "99")]
    public void LoadTokenizer_RefusesAndSaysWhy(string key, object value, string mention)
    {
        var failure = Assert.Throws<InvalidDataException>(() => Load(GgufTinyModel.Model().Set(key, value)));

        Assert.Contains(mention, failure.Message);
        Assert.Contains("model.gguf", failure.Message);
    }

    [Fact]
    public void LoadTokenizer_NamesAPreTokenizerThatIsNotSupported()
    {
        GgufWriter writer = GgufTinyModel.Model().Set("tokenizer.ggml.model", "gpt2").Set("tokenizer.ggml.merges", new[] { "a b" });

        Assert.Contains("'tekken'", Assert.Throws<InvalidDataException>(() => Load(writer.Set("tokenizer.ggml.pre", "tekken"))).Message);
    }

    private static LanguageModelTokenizer Load(GgufWriter writer)
    {
        using GgufTemporaryFile file = writer.Save();
        using var checkpoint = GgufCheckpoint.Open(file.Path);
        return checkpoint.LoadTokenizer();
    }

    private static JsonDocument ReadTokenizerJson(string name)
    {
        using var stream = new GZipStream(File.OpenRead(ReferenceData.Require(ReferenceData.Models, "tokenizers", name, "tokenizer.json.gz")), CompressionMode.Decompress);
        return JsonDocument.Parse(stream);
    }

    /// <summary>The metadata that the converter of llama.cpp makes of a tokenizer.json.</summary>
    private static GgufWriter ByteLevelFile(JsonElement tokenizer, string preTokenizer)
    {
        string[] tokens = Tokens(tokenizer);
        int[] kinds = [.. tokens.Select(_ => 1)];
        foreach (JsonElement added in tokenizer.GetProperty("added_tokens").EnumerateArray())
            kinds[added.GetProperty("id").GetInt32()] = added.GetProperty("special").GetBoolean() ? 3 : 4;
        string[] merges = [.. tokenizer.GetProperty("model").GetProperty("merges").EnumerateArray().Select(Merge)];
        return GgufTinyModel.Model()
            .Remove("tokenizer.ggml.scores")
            .Set("tokenizer.ggml.model", "gpt2")
            .Set("tokenizer.ggml.pre", preTokenizer)
            .Set("tokenizer.ggml.tokens", tokens)
            .Set("tokenizer.ggml.token_type", kinds)
            .Set("tokenizer.ggml.merges", merges)
            .Set("tokenizer.ggml.bos_token_id", (uint)Math.Max(0, Array.IndexOf(tokens, "<|begin_of_text|>")));
    }

    /// <summary>The same of a tokenizer.json that was itself made from SentencePiece's scores: the better the score, the earlier the merges.</summary>
    private static GgufWriter SentencePieceFile(JsonElement tokenizer)
    {
        string[] tokens = Tokens(tokenizer);
        string[] wholes = [.. tokenizer.GetProperty("model").GetProperty("merges").EnumerateArray().Select(merge => Merge(merge).Replace(" ", ""))];
        Dictionary<string, int> ranks = wholes.Distinct().Select((whole, rank) => (whole, rank)).ToDictionary(item => item.whole, item => item.rank);
        HashSet<int> added = [.. tokenizer.GetProperty("added_tokens").EnumerateArray().Select(token => token.GetProperty("id").GetInt32())];
        return GgufTinyModel.Model()
            .Set("tokenizer.ggml.tokens", tokens)
            .Set("tokenizer.ggml.scores", tokens.Select(token => -(float)ranks.GetValueOrDefault(token, ranks.Count)).ToArray())
            .Set("tokenizer.ggml.token_type", tokens.Select((token, id) => added.Contains(id) ? (id == 0 ? 2 : 3) : token is ['<', '0', 'x', _, _, '>'] ? 6 : 1).ToArray());
    }

    /// <summary>A merge as "left right"; tokenizer.json has pairs as well.</summary>
    private static string Merge(JsonElement merge) => merge.ValueKind is JsonValueKind.String ? merge.GetString()! : $"{merge[0].GetString()} {merge[1].GetString()}";

    private static string[] Tokens(JsonElement tokenizer)
    {
        Dictionary<int, string> tokens = tokenizer.GetProperty("model").GetProperty("vocab").EnumerateObject().ToDictionary(token => token.Value.GetInt32(), token => token.Name);
        foreach (JsonElement added in tokenizer.GetProperty("added_tokens").EnumerateArray())
            tokens[added.GetProperty("id").GetInt32()] = added.GetProperty("content").GetString()!;
        return [.. Enumerable.Range(0, tokens.Keys.Max() + 1).Select(id => tokens[id])];
    }

    private static void AssertEncodeAndDecodeAlike(string name, LanguageModelTokenizer expected, LanguageModelTokenizer actual)
    {
        string path = ReferenceData.Require(ReferenceData.Reference, "tokenizers", $"{name}.jsonl.gz");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        int compared = 0;
        while (reader.ReadLine() is { } line)
        {
            using JsonDocument entry = JsonDocument.Parse(line);
            if (!entry.RootElement.TryGetProperty("text", out JsonElement text)) continue;
            IReadOnlyList<int> ids = expected.Encode(text.GetString()!, addSpecialTokens: true);
            Assert.Equal(ids, actual.Encode(text.GetString()!, addSpecialTokens: true));
            Assert.Equal(expected.Decode(ids, skipSpecialTokens: false), actual.Decode(ids, skipSpecialTokens: false));
            compared++;
        }

        Assert.True(compared > 100, $"{path} holds only {compared} texts");
    }
}
