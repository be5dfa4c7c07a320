namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Tokenizers in the manner of newer Llama 2 files: blanks as ▁, bytes for what the vocabulary lacks.</summary>
public sealed class MetaspaceTests
{
    [Theory]
    [InlineData("always", "a b<x>c", "▁a ▁b <x> ▁c")]
    [InlineData("first", "a b<x>c", "▁a ▁b <x> c")]
    [InlineData("first", "<x>c", "<x> c")]
    [InlineData("never", "a b<x>c", "a ▁b <x> c")]
    [InlineData("always", " a", "▁a")]
    [InlineData("always", "a  b", "▁a ▁ ▁b")]
    public void Metaspace_PutsABlankInFrontAsItsSchemeSays(string scheme, string text, string tokens)
    {
        LanguageModelTokenizer tokenizer = Create(scheme);

        Assert.Equal(tokens.Split(' '), tokenizer.Encode(text, addSpecialTokens: false).Select(tokenizer.Token));
    }

    [Fact]
    public void Metaspace_WithoutSplit_JoinsBlanks()
    {
        LanguageModelTokenizer tokenizer = Create("never", split: false);

        Assert.Equal(["a", "▁▁", "b"], tokenizer.Encode("a  b", addSpecialTokens: false).Select(tokenizer.Token));
    }

    [Fact]
    public void ByteFallback_SpellsWhatTheVocabularyLacks()
    {
        LanguageModelTokenizer tokenizer = Create("never");

        IReadOnlyList<int> ids = tokenizer.Encode("a\u00E9", addSpecialTokens: false);

        Assert.Equal(["a", "<0xC3>", "<0xA9>"], ids.Select(tokenizer.Token));
        Assert.Equal("a\u00E9", tokenizer.Decode(ids));
        Assert.Equal("a\uFFFD\uFFFDb", tokenizer.Decode([tokenizer.TokenId("a")!.Value, ids[1], ids[1], tokenizer.TokenId("b")!.Value]));
    }

    [Fact]
    public void UnknownToken_StandsForARunOfUnknownCharacters()
    {
        LanguageModelTokenizer tokenizer = Create("never");

        Assert.Equal(["a", "<unk>", "b"], tokenizer.Encode("a日本b", addSpecialTokens: false).Select(tokenizer.Token));
    }

    [Fact]
    public void Metaspace_DecodesWithoutTheBlankInFront()
    {
        LanguageModelTokenizer tokenizer = Create("always");

        Assert.Equal("a b", tokenizer.Decode(tokenizer.Encode("a b", addSpecialTokens: false)));
    }

    private static LanguageModelTokenizer Create(string scheme, bool split = true)
    {
        string metaspace = $$"""{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}","split":{{(split ? "true" : "false")}}}""";
        return TestTokenizers.Parse($$"""
            {
              "added_tokens": [{"id":10,"content":"<x>","normalized":false}],
              "pre_tokenizer": {{metaspace}},
              "decoder": {"type":"Sequence","decoders":[{"type":"ByteFallback"},{{metaspace}}]},
              "model": {
                "type": "BPE", "byte_fallback": true, "fuse_unk": true, "unk_token": "<unk>",
                "vocab": {"<unk>":0,"▁":1,"a":2,"b":3,"c":4,"▁a":5,"▁b":6,"▁c":7,"▁▁":8,"<0xC3>":11,"<0xA9>":12},
                "merges": ["▁ ▁","▁ a","▁ b","▁ c"]
              }
            }
            """);
    }
}
