using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class AddedTokenTests
{
    [Theory]
    [InlineData("a<x>b", "97 300 98")]
    [InlineData("<x><x>", "300 300")]
    [InlineData("a < x>", "97 32 60 32 120 62")]
    public void AddedToken_IsFoundAnywhere(string text, string ids) => Check("{}", text, ids);

    [Theory]
    [InlineData("a  <x> b", "97 300 32 98")]
    [InlineData("  <x>  <x>", "300 300")]
    public void AddedToken_StripsWhiteSpaceBefore(string text, string ids) => Check("""{"lstrip":true}""", text, ids);

    [Theory]
    [InlineData("a <x> \n b", "97 32 300 98")]
    [InlineData("<x>  <x> ", "300 300")]
    public void AddedToken_StripsWhiteSpaceAfter(string text, string ids) => Check("""{"rstrip":true}""", text, ids);

    [Theory]
    [InlineData("<x>", "300")]
    [InlineData("-<x>.", "45 300 46")]
    [InlineData("a<x>", "97 60 120 62")]
    [InlineData("<x>1", "60 120 62 49")]
    [InlineData("<x>_<x> <x>", "60 120 62 95 60 120 62 32 300")]
    public void AddedToken_OfASingleWord_IsNotFoundBesideWordCharacters(string text, string ids) => Check("""{"single_word":true}""", text, ids);

    [Fact]
    public void AddedToken_OfASingleWord_SeesLettersBeyondTheBasicPlane()
    {
        LanguageModelTokenizer tokenizer = TestTokenizers.ByteLevel("""[{"id":300,"content":"<x>","single_word":true,"normalized":false}]""");

        Assert.DoesNotContain(300, tokenizer.Encode("\U0001D400<x>", addSpecialTokens: false));
        Assert.Contains(300, tokenizer.Encode("\U0001F642<x>", addSpecialTokens: false));
    }

    [Fact]
    public void AddedToken_TheLongestOfThoseThatBeginAtOnePlaceCounts()
    {
        LanguageModelTokenizer tokenizer = TestTokenizers.ByteLevel("""[{"id":300,"content":"<x","normalized":false},{"id":301,"content":"<x>","normalized":false}]""");

        Assert.Equal([301, 300, 97], tokenizer.Encode("<x><xa", addSpecialTokens: false));
    }

    [Fact]
    public void AddedToken_ThatIsNormalized_IsFoundInNormalizedText()
    {
        LanguageModelTokenizer tokenizer = TestTokenizers.ByteLevel(
            """[{"id":300,"content":"e\u0301","normalized":true},{"id":301,"content":"o\u0301","normalized":false}]""",
            normalizer: """{"type":"NFC"}""");

        Assert.Equal([300, 300], tokenizer.Encode("\u00E9e\u0301", addSpecialTokens: false));
        Assert.Equal([.. Encoding.UTF8.GetBytes("\u00F3").Select(b => (int)b), 301], tokenizer.Encode("\u00F3o\u0301", addSpecialTokens: false));
    }

    [Fact]
    public void AddedToken_OnlyASpecialOneIsSkippedInDecoding()
    {
        LanguageModelTokenizer tokenizer = TestTokenizers.ByteLevel("""[{"id":300,"content":"<x>","normalized":false},{"id":301,"content":"<y>","normalized":false,"special":true}]""");

        Assert.Equal("a<x>", tokenizer.Decode([97, 300, 301], skipSpecialTokens: true));
        Assert.Equal("a<x><y>", tokenizer.Decode([97, 300, 301], skipSpecialTokens: false));
    }

    private static void Check(string properties, string text, string ids)
    {
        string token = properties == "{}" ? "" : "," + properties.Trim('{', '}');
        LanguageModelTokenizer tokenizer = TestTokenizers.ByteLevel($$"""[{"id":300,"content":"<x>","normalized":false{{token}}}]""");

        Assert.Equal(ids.Split(' ').Select(int.Parse), tokenizer.Encode(text, addSpecialTokens: false));
    }
}
