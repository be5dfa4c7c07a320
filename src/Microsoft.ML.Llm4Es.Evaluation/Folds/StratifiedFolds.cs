namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Splits rows into folds that hold each class in equal share.</summary>
public static class StratifiedFolds
{
    /// <summary>Assigns each row to a fold: the rows of each class are shuffled and dealt out in turn, so that folds differ by one row a class at most.</summary>
    /// <param name="classes">The class of each row.</param>
    /// <param name="folds">How many folds; at least 2.</param>
    /// <param name="seed">The same seed gives the same folds.</param>
    /// <returns>The fold of each row, from 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two folds.</exception>
    /// <exception cref="InvalidDataException">A class has fewer rows than there are folds.</exception>
    public static int[] Assign(IReadOnlyList<int> classes, int folds, int seed)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);

        var random = new Random(seed);
        int[] assigned = new int[classes.Count];
        // Each class goes on where the one before it ended, so that the folds' sizes differ by one row at most as well.
        int next = 0;
        foreach (IGrouping<int, int> rows in Enumerable.Range(0, classes.Count).GroupBy(row => classes[row]).OrderBy(group => group.Key))
        {
            int[] shuffled = [.. rows];
            if (shuffled.Length < folds)
                throw new InvalidDataException($"Class {rows.Key} has {shuffled.Length} rows, fewer than the {folds} folds. Use fewer folds, or merge rare classes.");

            random.Shuffle(shuffled);
            foreach (int row in shuffled) assigned[row] = next++ % folds;
        }

        return assigned;
    }

    /// <summary>
    /// Assigns each group of rows to a fold: the largest first, each to the fold after which the classes are spread most evenly, as scikit-learn's
    /// StratifiedGroupKFold does. Groups of equal size come in random order.
    /// </summary>
    /// <param name="classes">The class of each row.</param>
    /// <param name="groups">The group of each row; rows of one group are never in two folds.</param>
    /// <param name="folds">How many folds; at least 2.</param>
    /// <param name="seed">The same seed gives the same folds.</param>
    /// <returns>The fold of each row, from 0.</returns>
    /// <exception cref="ArgumentException">Classes and groups are of different numbers of rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two folds.</exception>
    /// <exception cref="InvalidDataException">There are fewer groups than folds.</exception>
    public static int[] Assign(IReadOnlyList<int> classes, IReadOnlyList<string> groups, int folds, int seed)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        if (classes.Count != groups.Count) throw new ArgumentException($"There are {classes.Count} classes and {groups.Count} groups; both are one a row.", nameof(groups));

        int[][] rowsByGroup = [.. Enumerable.Range(0, groups.Count).GroupBy(row => groups[row]).Select(group => group.ToArray())];
        if (rowsByGroup.Length < folds)
            throw new InvalidDataException($"There are {rowsByGroup.Length} groups, fewer than the {folds} folds. Use fewer folds, or smaller groups.");

        new Random(seed).Shuffle(rowsByGroup);
        var counts = new ClassCounts(classes, folds);
        int[] assigned = new int[classes.Count];
        foreach (int[] rows in rowsByGroup.OrderByDescending(rows => rows.Length))
        {
            int fold = counts.AddToEvenest(rows);
            foreach (int row in rows) assigned[row] = fold;
        }

        return assigned;
    }

    /// <summary>The rows of each class in each fold.</summary>
    private sealed class ClassCounts
    {
        private readonly int[] _classOf;
        private readonly double[] _totals;
        private readonly double[][] _counts;

        public ClassCounts(IReadOnlyList<int> classes, int folds)
        {
            int[] names = [.. classes.Distinct()];
            _classOf = [.. classes.Select(c => Array.IndexOf(names, c))];
            _totals = [.. names.Select((_, c) => (double)_classOf.Count(other => other == c))];
            _counts = [.. Enumerable.Range(0, folds).Select(_ => new double[names.Length])];
        }

        public int AddToEvenest(int[] rows)
        {
            int best = Enumerable.Range(0, _counts.Length).MinBy(fold =>
            {
                Add(fold, rows, 1);
                (double, double) unevenness = (Unevenness(), _counts[fold].Sum());
                Add(fold, rows, -1);
                return unevenness;
            });
            Add(best, rows, 1);
            return best;
        }

        private void Add(int fold, int[] rows, int sign)
        {
            foreach (int row in rows) _counts[fold][_classOf[row]] += sign;
        }

        /// <summary>The mean over classes of the variance over folds of the share of the class that a fold has.</summary>
        private double Unevenness() =>
            Enumerable.Range(0, _totals.Length).Average(c =>
            {
                double mean = _counts.Average(fold => fold[c] / _totals[c]);
                return _counts.Average(fold => Math.Pow(fold[c] / _totals[c] - mean, 2));
            });
    }
}
