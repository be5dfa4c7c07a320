namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>How much better one representation is than another on the same folds, and whether that may be chance.</summary>
/// <param name="First">The representation that is compared.</param>
/// <param name="Second">The one that it is compared with.</param>
/// <param name="Mean">The mean over folds of the metric of the first less that of the second.</param>
/// <param name="Low">The lower end of the mean's 95 % confidence interval.</param>
/// <param name="High">The upper end of it.</param>
/// <param name="T">The statistic: the mean over its standard error.</param>
/// <param name="PValue">The probability of a difference this large, in either direction, where there is none.</param>
public sealed record RepresentationDifference(string First, string Second, double Mean, double Low, double High, double T, double PValue)
{
    /// <summary>
    /// Compares by the corrected resampled t-test (Nadeau and Bengio, Machine Learning 2003): the variance of the folds' differences is divided not by their
    /// number alone but multiplied by 1 / folds + test rows / train rows, since folds share most of their training rows.
    /// </summary>
    /// <param name="first">The representation that is compared.</param>
    /// <param name="second">The one that it is compared with.</param>
    /// <param name="testToTrain">The mean number of test rows over that of training rows.</param>
    /// <exception cref="ArgumentException">The two were not evaluated on the same number of folds, at least two.</exception>
    internal static RepresentationDifference Compute(RepresentationResult first, RepresentationResult second, double testToTrain)
    {
        int folds = first.Folds.Count;
        if (folds < 2 || second.Folds.Count != folds)
            throw new ArgumentException($"There are {folds} and {second.Folds.Count} folds; the same ones are compared, and at least two.", nameof(second));

        double[] differences = [.. first.Folds.Zip(second.Folds, (a, b) => a - b)];
        double mean = differences.Average();
        double variance = differences.Sum(difference => (difference - mean) * (difference - mean)) / (folds - 1);
        double error = Math.Sqrt((1.0 / folds + testToTrain) * variance);
        double reach = StudentDistribution.Quantile(1 - BootstrapInterval.Confidence, folds - 1) * error;
        // Without any variance the difference is certain: none, or one that every fold has.
        double t = error > 0 ? mean / error : mean == 0 ? 0 : Math.CopySign(double.MaxValue, mean);
        return new(first.Name, second.Name, mean, mean - reach, mean + reach, t, error > 0 ? StudentDistribution.TwoSided(t, folds - 1) : mean == 0 ? 1 : 0);
    }
}
