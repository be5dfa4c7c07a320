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
}
