namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class TokenChooserTests
{
    [Fact]
    public void Choose_DrawsInProportionToTheProbabilities()
    {
        float[] probabilities = [0.5f, 0, 0.3f, 0.2f];
        TokenChooser chooser = new(new() { Sampling = new() { Seed = 1 } }, row: 0);
        int[] counts = new int[probabilities.Length];
        const int Draws = 20_000;

        for (int i = 0; i < Draws; i++) counts[chooser.Choose(Array.ConvertAll(probabilities, MathF.Log))]++;

        // Four standard deviations of a share are 0.014.
        for (int token = 0; token < counts.Length; token++) Assert.Equal(probabilities[token], (double)counts[token] / Draws, 0.015);
        Assert.Equal(0, counts[1]);
    }

    [Fact]
    public void Choose_WithoutSampling_TakesTheLargestAfterThePenalty()
    {
        TokenChooser chooser = new(new() { RepetitionPenalty = 2 }, row: 0);
        Assert.False(chooser.TakesLargest);
        Assert.Equal(1, chooser.Choose([-1, 5, 4]));
        chooser.Observe([1, 1]);
        Assert.Equal(2, chooser.Choose([-1, 5, 4]));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.PositiveInfinity)]
    public void Choose_OfLogitsThatAreNoNumbers_Throws(float logit)
    {
        TokenChooser chooser = new(new() { Sampling = new() }, row: 0);
        Assert.Throws<InvalidOperationException>(() => chooser.Choose([logit, logit]));
    }

    [Theory]
    [InlineData(42, 0, new[] { 0.34329192209867343, 0.9557467261317436, 0.48634953628166855 })]
    [InlineData(42, 1, new[] { 0.8006564021331005, 0.003150696238616635 })]
    [InlineData(-1, 7, new[] { 0.4827768309196423 })]
    public void RandomStream_IsTheSameEverywhere(long seed, long stream, double[] expected)
    {
        RandomStream random = new(seed, stream);
        Assert.Equal(expected, expected.Select(_ => random.NextDouble()));
    }
}
