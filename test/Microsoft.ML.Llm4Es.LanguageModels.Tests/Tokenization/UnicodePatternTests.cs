namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class UnicodePatternTests
{
    [Theory]
    [InlineData(@"(?i:'s)", "'S", true)]
    [InlineData(@"(?i:'s)", "'\u017F", true)]
    [InlineData(@"(?i:k)", "\u212A", true)]
    [InlineData(@"(?i:[sdmt])", "D", true)]
    [InlineData(@"(?i:a(?-i:b))", "AB", false)]
    [InlineData(@"\p{N}{,2}x", "12x", true)]
    [InlineData(@"\p{^L}", "1", true)]
    [InlineData(@"\P{^L}", "a", true)]
    [InlineData(@"[^\r\n\p{L}]?+\p{L}+", "-ab", true)]
    [InlineData(@"a?+a", "a", false)]
    [InlineData(@"[\x{4e00}-\x{9fa5}]+", "\u65E5", true)]
    [InlineData(@"[]a]", "]", true)]
    [InlineData(@"a b#", "a b#", true)]
    public void Compile_MatchesAsOnigurumaDoes(string pattern, string text, bool matches)
    {
        System.Text.RegularExpressions.Match match = UnicodePattern.Compile(pattern, []).Match(text);

        Assert.Equal(matches, match.Success && match.Length == text.Length);
    }

    [Theory]
    [InlineData(@"\w+", @"\w")]
    [InlineData(@"\bword", @"\b")]
    [InlineData(@"\p{Han}", @"\p")]
    [InlineData(@"[[:alpha:]]", "class within a class")]
    [InlineData(@"[a-z&&[^e]]", "intersection")]
    [InlineData(@".", "'.'")]
    [InlineData(@"(?<name>a)", "group")]
    [InlineData(@"a{2}+", "quantifier")]
    [InlineData(@"(a", "'(' without ')'")]
    [InlineData(@"a)", "')' without '('")]
    [InlineData(@"[a", "'[' without ']'")]
    [InlineData(@"[z-a]", "backwards")]
    [InlineData("\U0001F642", "basic multilingual plane")]
    [InlineData(@"a\", "at the end")]
    public void Compile_RefusesWhatDotNetLacksOrMeansDifferently(string pattern, string named)
    {
        NotSupportedException e = Assert.Throws<NotSupportedException>(() => UnicodePattern.Compile(pattern, []));

        Assert.Contains(pattern, e.Message, StringComparison.Ordinal);
        Assert.Contains(named, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_OfGroupsWithoutEnd_RefusesThem() =>
        Assert.Throws<NotSupportedException>(() => UnicodePattern.Compile(new string('(', 100_000), []));

    [Theory]
    [InlineData(@"\p{N}{1,3}", "\U0001D7CE\U0001D7CF\U0001D7D0\U0001D7D1", "\U0001D7CE\U0001D7CF\U0001D7D0|\U0001D7D1")]
    [InlineData(@"\p{Lu}\p{Ll}+", "\U00010400\U00010428\U00010429", "\U00010400\U00010428\U00010429")]
    [InlineData(@"\p{L}+|\p{So}", "a\U0001F642\U0001F642b", "a|\U0001F642|\U0001F642|b")]
    public void PreTokenizer_SeesCodePointsBeyondTheBasicPlane(string pattern, string text, string pieces)
    {
        string escaped = System.Text.Json.JsonSerializer.Serialize(pattern);
        PreTokenizer preTokenizer = new(System.Text.Json.JsonElement.Parse(
            $$"""{"type":"Split","pattern":{"Regex":{{escaped}}},"behavior":"Isolated","invert":false}"""));
        PieceList found = new();

        preTokenizer.Split(new AlignedText(text, 0), found);

        Assert.Equal(pieces.Split('|'), found.Pieces);
    }

    private sealed class PieceList : IPieceSink
    {
        public List<string> Pieces { get; } = [];

        public void Take(AlignedText piece) => Pieces.Add(piece.Text.ToString());
    }
}
