namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class PooledPartTests
{
    [Theory]
    [InlineData("upper:mean")]
    [InlineData("0:sublinearMean")]
    [InlineData("depth:0.5:max")]
    [InlineData("2-:last")]
    [InlineData("last:eventMean")]
    public void Parse_ReadsWhatToStringWrites(string text) => Assert.Equal(text, PooledPart.Parse(text).ToString());

    [Theory]
    [InlineData("upper", "upper:mean")]
    [InlineData("depth:0.5", "depth:0.5:mean")]
    public void Parse_OfLayersAlonePoolsTheirMean(string text, string expected) => Assert.Equal(expected, PooledPart.Parse(text).ToString());

    [Theory]
    [InlineData("0:median", "'median' is no way of pooling tokens. Expected: mean, max, last, eventMean, sublinearMean.")]
    [InlineData("0:Mean", "'Mean' is no way of pooling tokens.")]
    [InlineData("top:mean", "'top' is no range of layers.")]
    [InlineData(":mean", "The value cannot be an empty string.")]
    public void Parse_OfWhatIsNoPartSaysWhatIsExpected(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => PooledPart.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Default_IsThePapers() => Assert.Equal("upper:mean", default(PooledPart).ToString());
}
