namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The metrics of the downstream protocol for classes, equal to those of scikit-learn.</summary>
public static class ClassificationMetrics
{
    /// <summary>The bins of <see cref="CalibrationError"/>: tenths of the probability.</summary>
    public const int CalibrationBins = 10;

    private const double SmallestProbability = 1e-15;

    /// <summary>
    /// The area under the ROC curve: the share of pairs of a positive and a negative in which the positive has the higher score, a tie counting half.
    /// Exact, from ranks (Mann-Whitney U); <see cref="double.NaN"/> where only one class is present, because then no pair exists.
    /// </summary>
    /// <param name="positives">Whether each row is of the positive class.</param>
    /// <param name="scores">A score for each row, in any units; higher means more likely positive.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN.</exception>
    public static double RocAuc(IReadOnlyList<bool> positives, IReadOnlyList<double> scores)
    {
        double won = 0, negatives = 0, found = 0;
        foreach ((int tiedPositives, int tiedNegatives) in Ties(positives, scores))
        {
            // From the highest score down: a positive wins against the negatives that are still to come.
            won += found * tiedNegatives + tiedPositives * tiedNegatives / 2.0;
            found += tiedPositives;
            negatives += tiedNegatives;
        }

        return found == 0 || negatives == 0 ? double.NaN : won / (found * negatives);
    }

    /// <summary>
    /// The average precision, which summarises the precision-recall curve (PR-AUC): the mean, over positives, of the precision among the rows that score as high or
    /// higher. <see cref="double.NaN"/> without positives.
    /// </summary>
    /// <param name="positives">Whether each row is of the positive class.</param>
    /// <param name="scores">A score for each row, in any units; higher means more likely positive.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN.</exception>
    public static double AveragePrecision(IReadOnlyList<bool> positives, IReadOnlyList<double> scores)
    {
        double sum = 0, found = 0, seen = 0;
        foreach ((int tiedPositives, int tiedNegatives) in Ties(positives, scores))
        {
            found += tiedPositives;
            seen += tiedPositives + tiedNegatives;
            sum += tiedPositives * (found / seen);
        }

        return found == 0 ? double.NaN : sum / found;
    }

    /// <summary>The mean negative logarithm of the probability that was given to the true class, in nats; <see cref="double.NaN"/> without rows.</summary>
    /// <param name="positives">Whether each row is of the positive class.</param>
    /// <param name="probabilities">The probability of the positive class; kept off 0 and 1 by 1e-15, whose logarithm is finite.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double LogLoss(IReadOnlyList<bool> positives, IReadOnlyList<double> probabilities)
    {
        RequireSameLength(positives, probabilities);
        return Mean(positives.Zip(probabilities, (positive, p) => -Math.Log(positive ? OffTheEnds(p) : 1 - OffTheEnds(p))));
    }

    /// <summary>The mean negative logarithm of the probability that was given to the true class, in nats; <see cref="double.NaN"/> without rows.</summary>
    /// <param name="classes">The true class of each row, from 0.</param>
    /// <param name="probabilities">The probability of each class for each row.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double LogLoss(IReadOnlyList<int> classes, IReadOnlyList<double[]> probabilities)
    {
        RequireSameLength(classes, probabilities);
        return Mean(classes.Zip(probabilities, (c, p) => -Math.Log(OffTheEnds(p[c]))));
    }

    /// <summary>
    /// The expected calibration error (Naeini, Cooper and Hauskrecht, AAAI 2015): how far the share of positives is from the mean probability, in each of
    /// <see cref="CalibrationBins"/> bins of equal width, weighted by the rows in it. <see cref="double.NaN"/> without rows.
    /// </summary>
    /// <param name="positives">Whether each row is of the positive class.</param>
    /// <param name="probabilities">The probability of the positive class, in [0, 1].</param>
    /// <exception cref="ArgumentException">The lengths differ, or a probability is outside of [0, 1].</exception>
    public static double CalibrationError(IReadOnlyList<bool> positives, IReadOnlyList<double> probabilities)
    {
        RequireSameLength(positives, probabilities);
        if (probabilities.Any(p => p is not (>= 0 and <= 1))) throw new ArgumentException("A probability is outside of 0 to 1.", nameof(probabilities));
        if (positives.Count == 0) return double.NaN;

        double[] surplus = new double[CalibrationBins];
        foreach ((bool positive, double p) in positives.Zip(probabilities))
            surplus[Math.Min((int)(p * CalibrationBins), CalibrationBins - 1)] += (positive ? 1 : 0) - p;
        return surplus.Sum(Math.Abs) / positives.Count;
    }

    /// <summary>The share of rows whose predicted class is the true one; <see cref="double.NaN"/> without rows.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Accuracy(IReadOnlyList<int> classes, IReadOnlyList<int> predicted)
    {
        RequireSameLength(classes, predicted);
        return Mean(classes.Zip(predicted, (c, p) => c == p ? 1.0 : 0));
    }

    /// <summary>The F1 score of one class, the harmonic mean of its precision and recall; 0 where it is neither there nor predicted.</summary>
    /// <param name="classes">The true class of each row.</param>
    /// <param name="predicted">The predicted class of each row.</param>
    /// <param name="positive">The class in question.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double F1(IReadOnlyList<int> classes, IReadOnlyList<int> predicted, int positive)
    {
        RequireSameLength(classes, predicted);
        int both = classes.Zip(predicted).Count(row => row.First == positive && row.Second == positive);
        int either = classes.Count(c => c == positive) + predicted.Count(c => c == positive);
        return either == 0 ? 0 : 2.0 * both / either;
    }

    /// <summary>The mean over classes of the area under the ROC curve of that class against all others; classes that the rows lack, or that all are of, are left out.</summary>
    /// <param name="classes">The true class of each row, from 0.</param>
    /// <param name="scores">A score of each class for each row.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN.</exception>
    public static double MacroRocAuc(IReadOnlyList<int> classes, IReadOnlyList<double[]> scores)
    {
        RequireSameLength(classes, scores);
        if (classes.Count == 0) return double.NaN;
        IEnumerable<double> areas = Enumerable.Range(0, scores[0].Length)
            .Select(c => RocAuc([.. classes.Select(actual => actual == c)], [.. scores.Select(row => row[c])]));
        return Mean(areas.Where(area => !double.IsNaN(area)));
    }

    /// <summary>How many positives and negatives have each score, from the highest score down.</summary>
    internal static IEnumerable<(int Positives, int Negatives)> Ties(IReadOnlyList<bool> positives, IReadOnlyList<double> scores)
    {
        RequireSameLength(positives, scores);
        if (scores.Any(double.IsNaN)) throw new ArgumentException("A score is NaN, which has no rank.", nameof(scores));

        double[] sorted = [.. scores];
        bool[] labels = [.. positives];
        Array.Sort(sorted, labels);
        for (int end = sorted.Length, start; end > 0; end = start)
        {
            int tiedPositives = 0;
            for (start = end; start > 0 && sorted[start - 1] == sorted[end - 1]; start--)
                if (labels[start - 1]) tiedPositives++;
            yield return (tiedPositives, end - start - tiedPositives);
        }
    }

    private static double OffTheEnds(double probability) => Math.Clamp(probability, SmallestProbability, 1 - SmallestProbability);

    private static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(double.NaN).Average();

    private static void RequireSameLength<TLabel, TPrediction>(IReadOnlyList<TLabel> labels, IReadOnlyList<TPrediction> predictions)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(predictions);
        if (labels.Count != predictions.Count)
            throw new ArgumentException($"There are {labels.Count} labels and {predictions.Count} predictions; both are one a row.", nameof(predictions));
    }
}
