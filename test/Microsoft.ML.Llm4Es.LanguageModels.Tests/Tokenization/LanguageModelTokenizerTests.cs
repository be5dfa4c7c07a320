using System.Buffers;
using CsCheck;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class LanguageModelTokenizerTests
{
    private static readonly LanguageModelTokenizer Tokenizer = TestTokenizers.Trained;

    // Words of the trained vocabulary, and characters of one to four bytes.
    private static readonly string[] Words = ["fuel", " restaurants", "2024-05-", ", ", "Ёлка", "\r\n", "日本", "🙂", "e\u0301", "<s>", "  "];

    private static readonly Gen<string> Texts = Gen.OneOf(
            Gen.Int[0, Words.Length - 1].Select(i => Words[i]),
            Gen.Char['\0', '\uD7FF'].Select(c => c.ToString()))
        .Array[0, 12].Select(string.Concat);

    [Fact]
    public void Decode_OfEncodedText_IsTheText() =>
        Texts.Sample(text => Assert.Equal(text, Tokenizer.Decode(Tokenizer.Encode(text, addSpecialTokens: false))));

    [Fact]
    public void Encode_TakesALoneSurrogateForTheReplacementCharacter() =>
        Assert.Equal(Tokenizer.Encode("a\uFFFDb🙂", addSpecialTokens: false), Tokenizer.Encode("a\uD83Db🙂", addSpecialTokens: false));

    [Fact]
    public void Encode_AddsTheBeginningOfTextOnRequest()
    {
        int beginning = Tokenizer.TokenId("<s>")!.Value;

        Assert.Equal([beginning, .. Tokenizer.Encode("fuel", addSpecialTokens: false)], Tokenizer.Encode("fuel", addSpecialTokens: true));
    }

    [Fact]
    public void EncodeToTokens_GivesTheIdsWithPlacesThatCoverTheText() => Texts.Sample(text =>
    {
        IReadOnlyList<EncodedToken> tokens = Tokenizer.EncodeToTokens(text, out string? normalized);

        Assert.Null(normalized);
        Assert.Equal(Tokenizer.Encode(text, addSpecialTokens: false), tokens.Select(t => t.Id));
        Assert.All(tokens, t => Assert.Equal(Tokenizer.Token(t.Id), t.Value));
        Assert.Equal(text.Length, Tokenizer.CountTokens(text) == 0 ? 0 : tokens[^1].Offset.End.Value);
        int covered = 0;
        foreach (EncodedToken token in tokens)
        {
            // A token begins where the one before it ends, or within the character that both share.
            Assert.InRange(token.Offset.Start.Value, Math.Max(0, covered - 2), covered);
            covered = token.Offset.End.Value;
        }
    });

    [Fact]
    public void EncodeToTokens_PlacesAreThoseOfTheOriginalText()
    {
        LanguageModelTokenizer tokenizer = TestTokenizers.ByteLevel(
            """[{"id":300,"content":"<x>","normalized":false}]""",
            normalizer: """{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Prepend","prepend":"--"},{"type":"Replace","pattern":{"String":"ab"},"content":"c"}]}""");

        // NFC makes the second piece start after "<x>" one character of two, and "ab" becomes "c".
        IReadOnlyList<EncodedToken> tokens = tokenizer.EncodeToTokens("<x>e\u0301abz", out _);

        Assert.Equal(
            [(300, 0..3), ('-', 3..3), ('-', 3..3), (0xC3, 3..5), (0xA9, 3..5), ('c', 5..7), ('z', 7..8)],
            tokens.Select(t => (t.Id, t.Offset)));
    }

    [Fact]
    public void EncodeToIds_OfAtMostSomeTokens_EndsWhereACharacterEnds() => Gen.Select(Texts, Gen.Int[1, 20]).Sample((text, limit) =>
    {
        IReadOnlyList<int> all = Tokenizer.Encode(text, addSpecialTokens: false);

        IReadOnlyList<int> some = Tokenizer.EncodeToIds(text, limit, out _, out int consumed);

        Assert.True(some.Count <= limit);
        Assert.Equal(all.Take(some.Count), some);
        Assert.Equal(text[..consumed], Tokenizer.Decode(some));
        Assert.Equal(consumed, Tokenizer.GetIndexByTokenCount(text, limit, out _, out int count));
        Assert.Equal(some.Count, count);
    });

    [Fact]
    public void GetIndexByTokenCountFromEnd_LeavesTheLastTokens() => Gen.Select(Texts, Gen.Int[1, 20]).Sample((text, limit) =>
    {
        IReadOnlyList<int> all = Tokenizer.Encode(text, addSpecialTokens: false);

        int index = Tokenizer.GetIndexByTokenCountFromEnd(text, limit, out _, out int count);

        Assert.True(count <= limit);
        Assert.Equal(text[index..], Tokenizer.Decode(all.TakeLast(count)));
    });

    [Fact]
    public void CountTokens_IsTheNumberOfIds() =>
        Texts.Sample(text => Assert.Equal(Tokenizer.EncodeToIds(text).Count, Tokenizer.CountTokens(text)));

    [Fact]
    public void EncodeToIds_WithoutPreTokenization_JoinsAcrossPieces()
    {
        LanguageModelTokenizer tokenizer = TestTokenizers.Parse(
            """{"pre_tokenizer":{"type":"Split","pattern":{"String":"b"},"behavior":"Isolated","invert":false},"model":{"vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}}""");

        Assert.Equal([0, 1], tokenizer.EncodeToIds("ab"));
        Assert.Equal([2], tokenizer.EncodeToIds("ab", considerPreTokenization: false));
    }

    [Fact]
    public void EncodeToIds_WithoutNormalization_TakesTheTextAsItIs()
    {
        LanguageModelTokenizer tokenizer = TestTokenizers.ByteLevel(normalizer: """{"type":"Prepend","prepend":"-"}""");

        Assert.Equal(['-', 'a'], tokenizer.EncodeToIds("a").Select(id => (char)id));
        Assert.Equal(['a'], tokenizer.EncodeToIds("a", considerNormalization: false).Select(id => (char)id));
    }

    [Fact]
    public void Decode_IntoPiecesOfAnySize_GivesTheWholeText() => Gen.Select(Texts, Gen.Int[3, 9]).Sample((text, size) =>
    {
        IReadOnlyList<int> ids = Tokenizer.Encode(text, addSpecialTokens: false);
        string decoded = "";
        char[] destination = new char[Math.Max(size, ids.Select(id => Tokenizer.Token(id)!.Length).DefaultIfEmpty().Max())];
        OperationStatus status;
        do
        {
            status = Tokenizer.Decode(ids, destination, out int consumed, out int written);
            decoded += new string(destination, 0, written);
            ids = [.. ids.Skip(consumed)];
        }
        while (status == OperationStatus.DestinationTooSmall);

        Assert.Equal(text, decoded);
        Assert.Empty(ids);
    });

    [Fact]
    public void Decode_PassesOverIdsThatStandForNoToken() =>
        Assert.Equal("fuel", Tokenizer.Decode([-1, .. Tokenizer.Encode("fuel", addSpecialTokens: false), Tokenizer.VocabularySize]));

    [Fact]
    public void TokenId_IsTheInverseOfToken()
    {
        for (int id = 0; id < Tokenizer.VocabularySize; id++) Assert.Equal(id, Tokenizer.TokenId(Tokenizer.Token(id)!));
        Assert.Null(Tokenizer.TokenId("no such token"));
        Assert.Null(Tokenizer.Token(-1));
        Assert.Null(Tokenizer.Token(Tokenizer.VocabularySize));
    }

    [Fact]
    public void Encode_OnManyThreads_GivesTheSameAsOnOne()
    {
        string[] texts = [.. Enumerable.Range(0, 2000).Select(i => $"2024-{i}, fuel {i * 7919 % 1000}, Ёлка🙂{i % 13}")];
        IReadOnlyList<int>[] expected = [.. texts.Select(t => Tokenizer.Encode(t, addSpecialTokens: true))];
        LanguageModelTokenizer fresh = TestTokenizers.SaveAndLoad(Tokenizer);

        Parallel.For(0, texts.Length * 4, i => Assert.Equal(expected[i % texts.Length], fresh.Encode(texts[i % texts.Length], addSpecialTokens: true)));
    }

    [Theory]
    [InlineData('a')]
    [InlineData(' ')]
    [InlineData('日')]
    public void Encode_OfOneLongPiece_TakesNoLongerThanItsLengthAsks(char character)
    {
        string text = new(character, 200_000);

        Assert.Equal(text, Tokenizer.Decode(Tokenizer.Encode(text, addSpecialTokens: false)));
    }
}
