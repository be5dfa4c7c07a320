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

    /// <summary>The patterns of GPT-4o, Mistral's Tekken and DeepSeek-V3.</summary>
    [Theory]
    [InlineData(@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+", "It's| |202|4|,| Paris|État")]
    [InlineData(@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+", "It|'s| |2|0|2|4|,| Paris|État")]
    [InlineData(@"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+", "It|'s| |,| ParisÉtat")]
    public void Compile_TakesPatternsOfOtherModels(string pattern, string pieces) =>
        Assert.Equal(pieces.Split('|'), UnicodePattern.Compile(pattern, []).Matches("It's 2024, ParisÉtat").Select(match => match.Value));

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
