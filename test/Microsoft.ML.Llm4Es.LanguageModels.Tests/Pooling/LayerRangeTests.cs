namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class LayerRangeTests
{
    [Theory]
    [InlineData(28, 9)]
    [InlineData(30, 10)]
    [InlineData(16, 5)]
    [InlineData(4, 1)]
    [InlineData(1, 1)]
    public void UpperTwoThirds_BeginsWhereThePaperDoes(int hiddenLayers, int first)
    {
        Assert.Equal((first, hiddenLayers), LayerRange.UpperTwoThirds.Resolve(hiddenLayers));
        Assert.Equal(default, LayerRange.UpperTwoThirds);
    }

    [Fact]
    public void LastOnly_IsTheLastHiddenState() => Assert.Equal((12, 12), LayerRange.LastOnly.Resolve(12));

    [Fact]
    public void FromDepth_IsAPartOfTheLayers() => Assert.Equal((6, 12), LayerRange.FromDepth(0.5).Resolve(12));

    [Fact]
    public void Resolve_OfNumbers_GivesThem()
    {
        Assert.Equal((0, 12), new LayerRange(0).Resolve(12));
        Assert.Equal((2, 5), new LayerRange(2, 5).Resolve(12));
    }

    [Theory]
    [InlineData(5, null)]
    [InlineData(1, 5)]
    public void Resolve_BeyondTheModel_IsRefused(int first, int? last) =>
        Assert.Contains("0 to 4", Assert.Throws<ArgumentOutOfRangeException>(() => new LayerRange(first, last).Resolve(4)).Message, StringComparison.Ordinal);

    [Fact]
    public void ImpossibleRanges_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerRange(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerRange(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => LayerRange.FromDepth(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => LayerRange.FromDepth(double.NaN));
    }

    [Theory]
    [InlineData("upper", 9, 28)]
    [InlineData("last", 28, 28)]
    [InlineData("depth:0.5", 14, 28)]
    [InlineData("0", 0, 0)]
    [InlineData("2-5", 2, 5)]
    [InlineData("2-", 2, 28)]
    public void Parse_ReadsWhatToStringWrites(string text, int first, int last)
    {
        LayerRange range = LayerRange.Parse(text);

        Assert.Equal((first, last), range.Resolve(28));
        Assert.Equal(text, range.ToString());
    }

    [Theory]
    [InlineData("top")]
    [InlineData("5-2")]
    [InlineData("-2")]
    [InlineData("depth:2")]
    [InlineData("1-2-3")]
    public void Parse_OfWhatIsNoRangeSaysWhatIsExpected(string text) =>
        Assert.Contains($"'{text}' is no range of layers. Expected upper, last", Assert.Throws<ArgumentException>(() => LayerRange.Parse(text)).Message, StringComparison.Ordinal);
}
