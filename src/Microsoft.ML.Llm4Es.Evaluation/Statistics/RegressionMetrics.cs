namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The metrics of the downstream protocol for numbers, equal to those of scikit-learn.</summary>
public static class RegressionMetrics
{
    /// <summary>
    /// R², the share of the labels' variance that the predictions explain: 1 for perfect ones, 0 for the mean, negative for worse. <see cref="double.NaN"/>
    /// where all labels are equal, since there is nothing to explain.
    /// </summary>
    /// <param name="labels">The true numbers.</param>
    /// <param name="predictions">The predicted ones.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double RSquared(IReadOnlyList<double> labels, IReadOnlyList<double> predictions)
    {
        RequireSameLength(labels, predictions);
        if (labels.Count == 0) return double.NaN;
        double mean = labels.Average();
        double variance = labels.Sum(label => (label - mean) * (label - mean));
        double error = labels.Zip(predictions, (label, prediction) => (label - prediction) * (label - prediction)).Sum();
        return variance == 0 ? double.NaN : 1 - error / variance;
    }

    /// <summary>The mean absolute difference between label and prediction, in the label's unit; <see cref="double.NaN"/> without rows.</summary>
    /// <param name="labels">The true numbers.</param>
    /// <param name="predictions">The predicted ones.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double MeanAbsoluteError(IReadOnlyList<double> labels, IReadOnlyList<double> predictions)
    {
        RequireSameLength(labels, predictions);
        return labels.Zip(predictions, (label, prediction) => Math.Abs(label - prediction)).DefaultIfEmpty(double.NaN).Average();
    }

    private static void RequireSameLength(IReadOnlyList<double> labels, IReadOnlyList<double> predictions)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(predictions);
        if (labels.Count != predictions.Count)
            throw new ArgumentException($"There are {labels.Count} labels and {predictions.Count} predictions; both are one a row.", nameof(predictions));
    }
}
