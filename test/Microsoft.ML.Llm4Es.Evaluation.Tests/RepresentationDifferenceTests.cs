namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class RepresentationDifferenceTests
{
    [Fact]
    public void Compute_EqualsTheFormula()
    {
        // Differences 0.02, 0.01, 0.03, 0.00, 0.04: mean 0.02, variance 0.00025; with a quarter as many test as training rows the factor is 1/5 + 1/4.
        RepresentationDifference difference = RepresentationDifference.Compute(Result("a", 0.82, 0.81, 0.83, 0.8, 0.84), Result("b", 0.8, 0.8, 0.8, 0.8, 0.8), testToTrain: 0.25);

        double error = Math.Sqrt((0.2 + 0.25) * 0.00025);
        Assert.Equal(("a", "b"), (difference.First, difference.Second));
        Assert.Equal(0.02, difference.Mean, 1e-12);
        Assert.Equal(0.02 / error, difference.T, 1e-9);
        // The two-sided 95 % point of Student's distribution with 4 degrees of freedom is 2.776445.
        Assert.Equal(0.02 - 2.776445105 * error, difference.Low, 1e-9);
        Assert.Equal(0.02 + 2.776445105 * error, difference.High, 1e-9);
        Assert.InRange(difference.PValue, 0.13, 0.14);
    }

    [Fact]
    public void Compute_OfTheSameFoldsIsNoDifference()
    {
        RepresentationDifference difference = RepresentationDifference.Compute(Result("a", 0.7, 0.8), Result("b", 0.7, 0.8), 1);

        Assert.Equal((0, 0, 0, 0, 1), (difference.Mean, difference.Low, difference.High, difference.T, difference.PValue));
    }

    [Theory]
    [InlineData(12.706204736, 1, 0.05)]
    [InlineData(2.776445105, 4, 0.05)]
    [InlineData(4.604094871, 4, 0.01)]
    [InlineData(2.262157163, 9, 0.05)]
    [InlineData(1.983971519, 100, 0.05)]
    [InlineData(0, 4, 1)]
    public void StudentDistribution_EqualsTables(double t, double degreesOfFreedom, double twoSided)
    {
        Assert.Equal(twoSided, StudentDistribution.TwoSided(t, degreesOfFreedom), 1e-9);
        Assert.Equal(t, StudentDistribution.Quantile(twoSided, degreesOfFreedom), 1e-7);
    }

    private static RepresentationResult Result(string name, params double[] folds) => new(name, folds, new StageSeconds(1, 2, 3));
}
