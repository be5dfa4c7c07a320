namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class RegressionMetricsTests
{
    [Fact]
    public void RSquared_EqualsScikitLearnsExample() =>
        // The example of sklearn.metrics.r2_score's documentation.
        Assert.Equal(0.9486081370449679, RegressionMetrics.RSquared([3, -0.5, 2, 7], [2.5, 0, 2, 8]), 1e-12);

    [Fact]
    public void RSquared_OfTheMeanIsZero() => Assert.Equal(0, RegressionMetrics.RSquared([1, 2, 3], [2, 2, 2]));

    [Fact]
    public void RSquared_OfEqualLabelsIsUndefined() => Assert.Equal(double.NaN, RegressionMetrics.RSquared([1, 1], [1, 2]));

    [Fact]
    public void MeanAbsoluteError_EqualsScikitLearnsExample() => Assert.Equal(0.5, RegressionMetrics.MeanAbsoluteError([3, -0.5, 2, 7], [2.5, 0, 2, 8]), 1e-12);

    [Fact]
    public void Metrics_OfDifferentLengthsAreAnError() => Assert.Throws<ArgumentException>(() => RegressionMetrics.RSquared([1, 2], [1]));
}
