using System.Buffers.Binary;
using System.Text;
using CsCheck;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class SentencePieceModelTests
{
    private const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Byte = 6;

    private static readonly byte[] Sound =
    [
        .. Piece("<unk>", 0, Unknown), .. Piece("<s>", 0, Control), .. Piece("▁", -5, Normal), .. Piece("a", -6, Normal), .. Piece("b", -7, Normal),
        .. Piece("ab", -1, Normal), .. Piece("▁a", -2, Normal), .. Piece("<0xF0>", 0, Byte),
        .. TrainerSpec(modelType: 2), .. NormalizerSpec(removesExtraBlanks: false),
    ];

    [Fact]
    public void ParseSentencePiece_JoinsThePairOfHighestScoreFirst()
    {
        LanguageModelTokenizer tokenizer = LanguageModelTokenizer.ParseSentencePiece(Sound);

        Assert.Equal(["▁", "ab"], tokenizer.Encode("ab", addSpecialTokens: false).Select(tokenizer.Token));
        Assert.Equal(["<s>", "▁a", "▁", "b"], tokenizer.Encode("a b", addSpecialTokens: true).Select(tokenizer.Token));
        Assert.Equal(["▁a", "<unk>"], tokenizer.Encode("axyz", addSpecialTokens: false).Select(tokenizer.Token));
    }

    [Fact]
    public void ParseSentencePiece_TakesControlPiecesInATextForPlainText()
    {
        LanguageModelTokenizer tokenizer = LanguageModelTokenizer.ParseSentencePiece(Sound);

        Assert.DoesNotContain(1, tokenizer.Encode("<s>", addSpecialTokens: false));
        Assert.DoesNotContain(1, TestTokenizers.SaveAndLoad(tokenizer).Encode("<s>", addSpecialTokens: false));
    }

    [Fact]
    public void Decode_OfPieces_DropsControlPiecesAndTheFirstBlank()
    {
        LanguageModelTokenizer tokenizer = LanguageModelTokenizer.ParseSentencePiece(Sound);

        Assert.Equal("a ab \u2047 \uFFFD", tokenizer.Decode([1, 6, 6, 4, 0, 7]));
    }

    [Theory]
    [InlineData(1, false, Normal, "model type 1")]
    [InlineData(2, true, Normal, "remove_extra_whitespaces")]
    [InlineData(2, false, UserDefined, "user defined")]
    public void ParseSentencePiece_RefusesWhatItDoesNotUnderstand(int modelType, bool removesExtraBlanks, int pieceType, string named)
    {
        byte[] model = [.. Piece("a", 0, pieceType), .. TrainerSpec(modelType), .. NormalizerSpec(removesExtraBlanks)];

        NotSupportedException e = Assert.Throws<NotSupportedException>(() => LanguageModelTokenizer.ParseSentencePiece(model));

        Assert.Contains(named, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParseSentencePiece_OfNothing_SaysThatItIsNoModel() =>
        Assert.Throws<InvalidDataException>(() => LanguageModelTokenizer.ParseSentencePiece(ReadOnlyMemory<byte>.Empty));

    [Fact]
    public void ParseSentencePiece_OfDamagedBytes_NeverFailsInAnotherWay() =>
        Gen.Select(Gen.Int[0, Sound.Length - 1], Gen.Byte, Gen.Bool).Sample((at, value, cut) =>
        {
            byte[] damaged = cut ? Sound[..at] : [.. Sound[..at], value, .. Sound[(at + 1)..]];
            try
            {
                LanguageModelTokenizer.ParseSentencePiece(damaged).Encode("ab", addSpecialTokens: true);
            }
            catch (Exception e) when (e is InvalidDataException or NotSupportedException)
            {
                Assert.NotEmpty(e.Message);
            }
        });

    private static byte[] Piece(string text, float score, int type)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        byte[] number = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(number, score);
        return Message(1, [0x0A, (byte)bytes.Length, .. bytes, 0x15, .. number, 0x18, (byte)type]);
    }

    private static byte[] TrainerSpec(int modelType) => Message(2, [0x18, (byte)modelType]);

    private static byte[] NormalizerSpec(bool removesExtraBlanks) => Message(3, [0x20, removesExtraBlanks ? (byte)1 : (byte)0]);

    private static byte[] Message(int field, byte[] content) => [(byte)((field << 3) | 2), (byte)content.Length, .. content];
}
