using CsCheck;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>What is not understood is refused by name; what is damaged, with the place.</summary>
public sealed class TokenizerRefusalTests
{
    [Theory]
    [InlineData("\"model\":{\"type\":\"Unigram\"", "Unigram")]
    [InlineData("\"dropout\":0.1", "dropout 0.1")]
    [InlineData("\"end_of_word_suffix\":\"</w>\"", "</w>")]
    [InlineData("\"model\":{\"type\":\"WordPiece\"", "WordPiece")]
    [InlineData("\"model\":{\"type\":\"WordLevel\"", "WordLevel")]
    [InlineData("\"continuing_subword_prefix\":\"##\"", "##")]
    [InlineData("\"normalizer\":{\"type\":\"NFKC\"}", "NFKC")]
    [InlineData("\"normalizer\":{\"type\":\"BertNormalizer\"}", "BertNormalizer")]
    [InlineData("\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"\"}", "Precompiled")]
    [InlineData("\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"a\"},\"content\":\"\"}", "Regex")]
    [InlineData("\"pre_tokenizer\":{\"type\":\"BertPreTokenizer\"}", "BertPreTokenizer")]
    [InlineData("\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"a\"},\"behavior\":\"MergedWithAll\",\"invert\":false}", "MergedWithAll")]
    [InlineData("\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"a\"},\"behavior\":\"1\",\"invert\":false}", "'1'")]
    [InlineData("\"pre_tokenizer\":{\"type\":\"UnicodeScripts\"}", "UnicodeScripts")]
    [InlineData("\"pre_tokenizer\":{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"ByteLevel\",\"add_prefix_space\":false},{\"type\":\"Digits\"}]}", "after 'ByteLevel'")]
    [InlineData("\"pre_tokenizer\":{\"type\":\"Metaspace\",\"replacement\":\"_\",\"prepend_scheme\":\"always\",\"add_prefix_space\":false}", "add_prefix_space")]
    [InlineData("\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"\\\\p{Han}\"},\"behavior\":\"Isolated\",\"invert\":false}", @"\p{Han}")]
    [InlineData("\"pre_tokenizer\":{\"type\":\"Metaspace\",\"replacement\":\"_\",\"prepend_scheme\":\"sometimes\"}", "sometimes")]
    [InlineData("\"post_processor\":{\"type\":\"Reversing\"}", "Reversing")]
    [InlineData("\"decoder\":{\"type\":\"WordPiece\"}", "WordPiece")]
    [InlineData("\"decoder\":{\"type\":\"BPEDecoder\",\"suffix\":\"</w>\"}", "BPEDecoder")]
    [InlineData("\"decoder\":{\"type\":\"CTC\"}", "CTC")]
    [InlineData("\"decoder\":{\"type\":\"Fuse\",\"surprise\":1}", "surprise")]
    [InlineData("\"postprocessor\":null", "postprocessor")]
    public void Parse_RefusesWhatItDoesNotUnderstand(string property, string named)
    {
        NotSupportedException e = Assert.Throws<NotSupportedException>(() => TestTokenizers.Parse(WithProperty(property)));

        Assert.Contains(named, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1]", "an object")]
    [InlineData("{}", "tokenizer.json.model")]
    [InlineData("{\"model\":", "not valid JSON")]
    [InlineData("{\"model\":{\"vocab\":{}}}", "empty")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":-1},\"merges\":[]}}", "vocab['a']")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":1,\"b\":1},\"merges\":[]}}", "both 'a' and 'b'")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":2000000000},\"merges\":[]}}", "2000000000")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0,\"b\":1},\"merges\":[\"a b\"]}}", "merges[0]")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[[\"a\"]]}}", "merges[0]")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[],\"unk_token\":\"<unk>\"}}", "<unk>")]
    [InlineData("{\"model\":{\"vocab\":{\"\\ud800\":0},\"merges\":[]}}", "Unicode")]
    [InlineData("{\"added_tokens\":[{\"id\":1,\"content\":\"a\"}],\"model\":{\"vocab\":{\"a\":0},\"merges\":[]}}", "'a'")]
    [InlineData("{\"added_tokens\":[{\"id\":0,\"content\":\"x\"}],\"model\":{\"vocab\":{\"a\":0},\"merges\":[]}}", "'x'")]
    public void Parse_SaysWhatIsDamaged(string json, string named)
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => TestTokenizers.Parse(json));

        Assert.Contains(named, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_IgnoresTruncationAndPadding()
    {
        LanguageModelTokenizer tokenizer = TestTokenizers.Parse(WithProperty("\"truncation\":{\"max_length\":1},\"padding\":{\"pad_id\":99}"));

        Assert.Equal([0, 0], tokenizer.Encode("aa", addSpecialTokens: false));
    }

    [Fact]
    public void Parse_OfDamagedBytes_NeverFailsInAnotherWay()
    {
        byte[] sound = Saved(TestTokenizers.Trained);
        Gen.Select(Gen.Int[0, sound.Length - 1], Gen.Byte, Gen.Bool).Sample((at, value, cut) =>
        {
            byte[] damaged = cut ? sound[..at] : [.. sound[..at], value, .. sound[(at + 1)..]];
            try
            {
                LanguageModelTokenizer.Parse(damaged).Encode("2024-05-01, fuel", addSpecialTokens: true);
            }
            catch (Exception e) when (e is InvalidDataException or NotSupportedException)
            {
                Assert.NotEmpty(e.Message);
            }
        }, iter: 500);
    }

    [Fact]
    public void Load_OfAFolderWithoutTokenizer_SaysWhatItLookedFor()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;

        FileNotFoundException e = Assert.Throws<FileNotFoundException>(() => LanguageModelTokenizer.Load(folder));

        Directory.Delete(folder);
        Assert.Contains("tokenizer.json", e.Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.model", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfADamagedFile_NamesIt()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "{");

        InvalidDataException e = Assert.Throws<InvalidDataException>(() => LanguageModelTokenizer.Load(path));

        File.Delete(path);
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
    }

    private static byte[] Saved(LanguageModelTokenizer tokenizer)
    {
        using MemoryStream stream = new();
        tokenizer.Save(stream);
        return stream.ToArray();
    }

    /// <summary>A sound tokenizer of one letter, with one property more, of the model where it is one of the model's.</summary>
    private static string WithProperty(string property)
    {
        const string model = "\"vocab\":{\"a\":0},\"merges\":[]";
        if (property.StartsWith("\"model\"", StringComparison.Ordinal)) return $"{{{property},{model}}}}}";
        bool ofModel = new[] { "\"dropout", "\"end_of", "\"continuing" }.Any(start => property.StartsWith(start, StringComparison.Ordinal));
        return ofModel ? $"{{\"model\":{{{property},{model}}}}}" : $"{{{property},\"model\":{{{model}}}}}";
    }
}
