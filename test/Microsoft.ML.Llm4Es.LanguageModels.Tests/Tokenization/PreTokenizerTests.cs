using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>The pieces that each pre-tokenizer cuts; expected values are those of the tokenizers library's own tests, or follow from its definitions.</summary>
public sealed class PreTokenizerTests
{
    [Theory]
    [InlineData("Isolated", false, "The|-|final|-|-|countdown")]
    [InlineData("Removed", false, "The|final|countdown")]
    [InlineData("MergedWithPrevious", false, "The-|final-|-|countdown")]
    [InlineData("MergedWithNext", false, "The|-final|-|-countdown")]
    [InlineData("Contiguous", false, "The|-|final|--|countdown")]
    [InlineData("Isolated", true, "The|-|final|-|-|countdown")]
    [InlineData("Removed", true, "-|-|-")]
    [InlineData("MergedWithPrevious", true, "The|-final|-|-countdown")]
    [InlineData("MergedWithNext", true, "The-|final-|-|countdown")]
    [InlineData("Contiguous", true, "The|-|final|--|countdown")]
    public void Split_FollowsTheBehavior(string behavior, bool invert, string pieces)
    {
        string pattern = $$"""{"type":"Split","pattern":{"String":"-"},"behavior":"{{behavior}}","invert":{{(invert ? "true" : "false")}}}""";

        Assert.Equal(pieces, Cut(pattern, "The-final--countdown"));
    }

    [Theory]
    [InlineData("""{"type":"Split","pattern":{"Regex":"\\s+"},"behavior":"MergedWithPrevious","invert":false}""", "  one  two ", "  |one  |two ")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"\\s+"},"behavior":"MergedWithNext","invert":false}""", "  one  two ", "  one|  two| ")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}]*[\\p{Ll}\\p{M}]+(?i:'s|'t)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s+"},"behavior":"Isolated","invert":false}""", "HelloWorld it's 12345!\n", "Hello|World| it's| |123|45|!\n")]
    [InlineData("""{"type":"Punctuation"}""", "Hey friend!     How are you?!?", "Hey friend|!|     How are you|?|!|?")]
    [InlineData("""{"type":"Punctuation","behavior":"Contiguous"}""", "a?!b", "a|?!|b")]
    [InlineData("""{"type":"Punctuation","behavior":"Removed"}""", "a$b«c»_d", "a|b|c|d")]
    [InlineData("""{"type":"Whitespace"}""", "Hey man! a_b 3.5", "Hey|man|!|a_b|3|.|5")]
    [InlineData("""{"type":"Whitespace"}""", "ⓐ\uD83C\uDD30x é\u0301 \uD83D\uDE42!", "ⓐ\uD83C\uDD30x|é\u0301|\uD83D\uDE42!")]
    [InlineData("""{"type":"WhitespaceSplit"}""", " Hey man!\u00A0What\tabout\u3000me", "Hey|man!|What|about|me")]
    [InlineData("""{"type":"CharDelimiterSplit","delimiter":"."}""", "a..b.", "a|b")]
    [InlineData("""{"type":"Digits","individual_digits":false}""", "Hey 123 friend4", "Hey |123| friend|4")]
    [InlineData("""{"type":"Digits","individual_digits":true}""", "Hey 12٣Ⅷ½", "Hey |1|2|٣|Ⅷ|½")]
    [InlineData("""{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Punctuation"}]}""", "Hey friend!     How are you?!?", "Hey|friend|!|How|are|you|?|!|?")]
    [InlineData("""{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithNext","invert":false},{"type":"Digits"}]}""", "pay 12 now", "pay| |12| now")]
    public void Split_EqualsTheTokenizersLibrary(string preTokenizer, string text, string pieces) => Assert.Equal(pieces, Cut(preTokenizer, text));

    /// <summary>Gemma's: the pattern never matches, since blanks are written otherwise before it, and a token may span words.</summary>
    [Fact]
    public void LanguageModelTokenizer_OfGemmasKind_EncodesAndDecodes()
    {
        LanguageModelTokenizer tokenizer = TestTokenizers.Parse("""
            {
              "added_tokens": [{"id":0,"content":"<unk>","special":true},{"id":1,"content":"<bos>","special":true}],
              "normalizer": {"type":"Replace","pattern":{"String":" "},"content":"▁"},
              "pre_tokenizer": {"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false},
              "post_processor": {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<bos>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{"<bos>":{"id":"<bos>","ids":[1],"tokens":["<bos>"]}}},
              "decoder": {"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"}]},
              "model": {"type":"BPE","unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,
                        "vocab":{"<unk>":0,"<bos>":1,"a":2,"▁":3,"b":4,"a▁":5,"a▁b":6,"<0xC3>":7,"<0xA9>":8},"merges":[["a","▁"],["a▁","b"]]}
            }
            """);

        Assert.Equal([1, 6, 7, 8, 3], tokenizer.Encode("a bé ", addSpecialTokens: true));
        Assert.Equal("a bé ", tokenizer.Decode([1, 6, 7, 8, 3], skipSpecialTokens: true));
    }

    [Theory]
    [InlineData("""{"type":"BertProcessing","sep":["</s>",2],"cls":["<s>",1]}""")]
    [InlineData("""{"type":"RobertaProcessing","sep":["</s>",2],"cls":["<s>",1],"trim_offsets":true,"add_prefix_space":false}""")]
    public void LanguageModelTokenizer_PutsTheTokensOfOlderProcessorsAround(string processor)
    {
        LanguageModelTokenizer tokenizer = TestTokenizers.Parse($$"""{"post_processor":{{processor}},"model":{"vocab":{"a":0,"<s>":1,"</s>":2},"merges":[]} }""");

        Assert.Equal([1, 0, 2], tokenizer.Encode("a", addSpecialTokens: true));
        Assert.Equal([0], tokenizer.Encode("a", addSpecialTokens: false));
        Assert.Equal([1, 0, 2], TestTokenizers.SaveAndLoad(tokenizer).Encode("a", addSpecialTokens: true));
    }

    private static string Cut(string preTokenizer, string text)
    {
        Pieces pieces = new();
        new PreTokenizer(JsonElement.Parse(preTokenizer)).Split(new AlignedText(text, 0), pieces);
        Assert.All(pieces.Places, place => Assert.Equal(place.Text, text[place.Start..place.End]));
        return string.Join('|', pieces.Places.Select(place => place.Text));
    }

    private sealed class Pieces : IPieceSink
    {
        public List<(string Text, int Start, int End)> Places { get; } = [];

        public void Take(AlignedText piece) => Places.Add((piece.Text.ToString(), piece.StartOf(0), piece.EndOf(piece.Length - 1)));
    }
}
