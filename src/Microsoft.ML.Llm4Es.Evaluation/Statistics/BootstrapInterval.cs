namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Where the mean over folds of a metric would lie with other entities of the same kind in the test folds: its 95 % bootstrap interval.</summary>
/// <param name="Low">The 2.5 % quantile of the resampled means.</param>
/// <param name="High">The 97.5 % quantile.</param>
public sealed record BootstrapInterval(double Low, double High)
{
    internal const double Confidence = 0.95;

    /// <summary>
    /// Draws, many times, as many test rows of each fold as it has, with replacement, and takes the mean over folds of the metric (Efron and Tibshirani 1993,
    /// percentile method). The models stay as they were fitted, so the interval tells of the choice of test entities only.
    /// </summary>
    /// <param name="folds">The rows of each test fold.</param>
    /// <param name="metric">The metric of some rows; NaN where it is not defined for them, and such a draw does not count.</param>
    /// <param name="samples">How many times.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    /// <returns>The interval; null where the metric was defined for no draw.</returns>
    internal static BootstrapInterval? Compute(IReadOnlyList<int[]> folds, Func<int[], double> metric, int samples, int seed)
    {
        var random = new Random(seed);
        double[] means = new double[samples];
        for (int sample = 0; sample < samples; sample++)
            means[sample] = folds.Average(rows => metric(random.GetItems(rows, rows.Length)));

        double[] defined = [.. means.Where(mean => !double.IsNaN(mean)).Order()];
        return defined.Length == 0 ? null : new(Quantile(defined, (1 - Confidence) / 2), Quantile(defined, (1 + Confidence) / 2));
    }

    /// <summary>Between the two nearest values by linear interpolation, as NumPy does.</summary>
    private static double Quantile(double[] sorted, double quantile)
    {
        double at = quantile * (sorted.Length - 1);
        int below = (int)at;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
