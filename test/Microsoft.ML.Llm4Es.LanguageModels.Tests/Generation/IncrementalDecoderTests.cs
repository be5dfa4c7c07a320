using CsCheck;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class IncrementalDecoderTests
{
    [Fact]
    public void Append_OfAnyBytes_GivesTheDecodedTextWithoutHalfACharacterAtItsEnd() => Gen.OneOf(Gen.Int[0, 255], Gen.Int[0xC2, 0xF0], Gen.Int[0x80, 0x8F], Gen.Int['a', 'z']).Array[0, 300].Sample(tokens =>
        AssertEqualsDecoded(TestTokenizers.ByteLevel(), tokens));

    [Fact]
    public void Append_OfCharactersOfSeveralTokens_WaitsForTheLast()
    {
        IncrementalDecoder decoder = new(TestTokenizers.ByteLevel());
        byte[] bytes = [.. "a€🙂"u8];
        Assert.Equal(["a", "", "", "€", "", "", "", "🙂"], bytes.Select(token => decoder.Append(token)));
    }

    [Theory]
    [Trait("Category", "Reference")]
    [MemberData(nameof(Tokenizers))]
    public void Append_OfTextsOfManyScripts_GivesTheDecodedText(string folder)
    {
        LanguageModelTokenizer tokenizer = LanguageModelTokenizer.Load(ReferenceData.Require(ReferenceData.Models, folder));
        string text = string.Concat(Enumerable.Repeat("The capital, 12.50 €;  день 🙂🙂 薬局\n\n  if x:\n\treturn ﷺ, naïve 👨‍👩‍👧 ", 12));
        AssertEqualsDecoded(tokenizer, [.. tokenizer.Encode(text, addSpecialTokens: true)]);
    }

    public static TheoryData<string> Tokenizers
    {
        get
        {
            string? folder = ReferenceData.Models is { } models ? Path.Combine(models, "tokenizers") : null;
            if (!Directory.Exists(folder)) return [Path.Combine("tokenizers", "smollm2")];
            string[] readable = [.. Directory.GetDirectories(folder).Where(at => File.Exists(Path.Combine(at, "tokenizer.json")) || File.Exists(Path.Combine(at, "tokenizer.model")))];
            return ["TinyStories-656K", .. readable.Select(at => Path.Combine("tokenizers", Path.GetFileName(at)!)).Order(StringComparer.Ordinal)];
        }
    }

    private static void AssertEqualsDecoded(LanguageModelTokenizer tokenizer, int[] tokens)
    {
        IncrementalDecoder decoder = new(tokenizer);
        string text = string.Concat(tokens.Select(decoder.Append));
        Assert.Equal(tokenizer.Decode(tokens, skipSpecialTokens: true).TrimEnd('\uFFFD'), text);
    }
}
