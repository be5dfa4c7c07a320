namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The metrics of the downstream protocol.</summary>
public static class ClassificationMetrics
{
    /// <summary>
    /// The area under the ROC curve: the share of pairs of a positive and a negative in which the positive has the higher score, a tie counting half.
    /// Exact, from ranks (Mann-Whitney U); <see cref="double.NaN"/> where only one class is present, because then no pair exists.
    /// </summary>
    /// <param name="positives">Whether each row is of the positive class.</param>
    /// <param name="scores">A score for each row, in any units; higher means more likely positive.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN.</exception>
    public static double RocAuc(IReadOnlyList<bool> positives, IReadOnlyList<double> scores)
    {
        ArgumentNullException.ThrowIfNull(positives);
        ArgumentNullException.ThrowIfNull(scores);
        RequireSameLength(positives.Count, scores.Count);
        if (scores.Any(double.IsNaN)) throw new ArgumentException("A score is NaN, which has no rank.", nameof(scores));

        int[] order = [.. Enumerable.Range(0, scores.Count).OrderBy(i => scores[i])];
        long positiveCount = 0;
        double positiveRanks = 0;
        for (int start = 0, end; start < order.Length; start = end)
        {
            end = start;
            long tiedPositives = 0;
            while (end < order.Length && scores[order[end]] == scores[order[start]])
            {
                if (positives[order[end]]) tiedPositives++;
                end++;
            }

            // Ranks start at 1; tied rows share the mean of theirs.
            positiveRanks += tiedPositives * ((start + 1 + end) / 2.0);
            positiveCount += tiedPositives;
        }

        long negativeCount = order.Length - positiveCount;
        if (positiveCount == 0 || negativeCount == 0) return double.NaN;
        return (positiveRanks - positiveCount * (positiveCount + 1) / 2.0) / ((double)positiveCount * negativeCount);
    }

    /// <summary>The share of rows whose predicted class is the true one; <see cref="double.NaN"/> without rows.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Accuracy(IReadOnlyList<int> classes, IReadOnlyList<int> predicted)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(predicted);
        RequireSameLength(classes.Count, predicted.Count);
        if (classes.Count == 0) return double.NaN;
        return (double)classes.Zip(predicted).Count(pair => pair.First == pair.Second) / classes.Count;
    }

    private static void RequireSameLength(int labels, int predictions)
    {
        if (labels != predictions) throw new ArgumentException($"There are {labels} labels and {predictions} predictions; both are one a row.");
    }
}
