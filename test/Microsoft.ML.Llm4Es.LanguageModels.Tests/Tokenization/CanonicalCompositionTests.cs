namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class CanonicalCompositionTests
{
    [Theory]
    [InlineData("plain ASCII, é", "plain ASCII, é")]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u212B", "\u00C5")] // Angstrom sign
    [InlineData("\u1112\u1161\u11AB", "\uD55C")] // Hangul
    [InlineData("\uD55C", "\uD55C")]
    [InlineData("\uD558\u11AB", "\uD55C")]
    [InlineData("a\u0323\u0307", "\u1EA1\u0307")]
    [InlineData("a\u0307\u0323", "\u1EA1\u0307")] // the dot below comes first
    [InlineData("\u0958", "\u0915\u093C")] // excluded from composition
    [InlineData("a\u034F\u0301", "a\u034F\u0301")] // the joiner stands between
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    public void Normalize_GivesFormC(string text, string expected) =>
        Assert.Equal(expected, CanonicalComposition.Normalize(new AlignedText(text, 0)).Text.ToString());

    [Fact]
    public void Normalize_KeepsTrackOfOriginalCharacters()
    {
        AlignedText normalized = CanonicalComposition.Normalize(new AlignedText("xe\u0301y", 10));

        Assert.Equal("x\u00E9y", normalized.Text.ToString());
        Assert.Equal((10, 11), (normalized.StartOf(0), normalized.EndOf(0)));
        Assert.Equal((11, 13), (normalized.StartOf(1), normalized.EndOf(1)));
        Assert.Equal((13, 14), (normalized.StartOf(2), normalized.EndOf(2)));
    }
}
