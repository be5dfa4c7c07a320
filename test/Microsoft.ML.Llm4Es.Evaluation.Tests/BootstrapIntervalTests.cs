namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class BootstrapIntervalTests
{
    private static readonly int[][] Folds = [[.. Enumerable.Range(0, 200)], [.. Enumerable.Range(200, 200)]];

    [Fact]
    public void Compute_OfAMeanIsTheNormalInterval()
    {
        // The mean of 400 rows, half 0 and half 1: its standard error is 0.5 / 20.
        BootstrapInterval interval = BootstrapInterval.Compute(Folds, rows => rows.Average(row => row % 2), 2000, seed: 1)!;

        Assert.Equal(0.5 - 1.96 * 0.025, interval.Low, 0.006);
        Assert.Equal(0.5 + 1.96 * 0.025, interval.High, 0.006);
    }

    [Fact]
    public void Compute_IsRepeatable()
    {
        static double Metric(int[] rows) => rows.Average(row => (double)row);

        Assert.Equal(BootstrapInterval.Compute(Folds, Metric, 50, 7), BootstrapInterval.Compute(Folds, Metric, 50, 7));
        Assert.NotEqual(BootstrapInterval.Compute(Folds, Metric, 50, 7), BootstrapInterval.Compute(Folds, Metric, 50, 8));
    }

    [Fact]
    public void Compute_LeavesUndefinedDrawsOut()
    {
        Assert.Null(BootstrapInterval.Compute(Folds, _ => double.NaN, 10, 1));
        Assert.Equal(new BootstrapInterval(3, 3), BootstrapInterval.Compute(Folds, rows => rows[0] % 2 == 0 ? 3 : double.NaN, 50, 1));
    }
}
