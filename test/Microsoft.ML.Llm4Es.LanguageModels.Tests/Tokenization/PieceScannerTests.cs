using System.Text.RegularExpressions;
using CsCheck;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class PieceScannerTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
            Gen.Char["  \t\n\r\u00A0\u2028'’sStTdDmMrRvVeElL\u017F\u212A09½٣aéЁ日.,;-_€\u0301\uFB17"],
            Gen.Char["  \n\r'a1."])
        .Array[0, 24].Select(c => new string(c));

    [Theory]
    [InlineData(BytePairTrainerOptions.Gpt2Pattern)]
    [InlineData(BytePairTrainerOptions.Llama3Pattern)]
    [InlineData(PreTokenizer.Qwen2Pattern)]
    public void PieceScanner_CutsAsItsPatternMatches(string pattern)
    {
        Regex regex = UnicodePattern.Compile(pattern, []);
        PieceScanner scanner = PieceScanner.Find(pattern)!;

        Texts.Sample(text => Assert.Equal(regex.Matches(text).Select(m => m.Value), Scan(scanner, text)), iter: 20_000);
    }

    [Fact]
    public void PieceScanner_OfValues_CutsAsItsPatternMatches()
    {
        Regex regex = UnicodePattern.Compile(BytePairTrainerOptions.ValuePattern, []);
        PieceScanner scanner = PieceScanner.Find(BytePairTrainerOptions.ValuePattern)!;

        Gen.Char[",, \\\n\na|"].Array[0, 16].Select(c => new string(c))
            .Sample(text => Assert.Equal(regex.Matches(text).Select(m => m.Value), Scan(scanner, text)), iter: 20_000);
    }

    [Theory]
    [InlineData(PreTokenizer.DigitPattern)]
    [InlineData(PreTokenizer.DigitsPattern)]
    public void PieceScanner_OfDigits_KeepsWhatLiesBetween(string pattern)
    {
        Regex regex = UnicodePattern.Compile(pattern + @"|[^\p{N}]+", []);
        PieceScanner scanner = PieceScanner.Find(pattern)!;

        Texts.Sample(text => Assert.Equal(regex.Matches(text).Select(m => m.Value), Scan(scanner, text)), iter: 5_000);
    }

    [Fact]
    public void BlankRunScanner_CutsBeforeRunsOfBlanks() =>
        Assert.Equal(["ab", "▁▁c", "▁d", "▁"], Scan(new BlankRunScanner(), "ab▁▁c▁d▁"));

    private static List<string> Scan(PieceScanner scanner, string text)
    {
        List<string> pieces = [];
        int start = 0;
        while (start < text.Length)
        {
            int end = scanner.EndOfPiece(text, start);
            pieces.Add(text[start..end]);
            start = end;
        }

        return pieces;
    }
}
