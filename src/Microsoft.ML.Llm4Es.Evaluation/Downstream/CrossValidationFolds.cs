namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The fold in which each row is tested: read from a column, or stratified by label.</summary>
internal sealed class CrossValidationFolds
{
    private CrossValidationFolds(string[] names, int[] folds)
    {
        Count = names.Length;
        Folds = folds;
    }

    public int Count { get; }

    /// <summary>The fold of each row, from 0.</summary>
    public int[] Folds { get; }

    public static CrossValidationFolds Stratified(ClassLabels labels, int count, int seed)
    {
        for (int i = 0; i < labels.Names.Length; i++)
        {
            int rows = labels.Classes.Count(c => c == i);
            if (rows < count)
            {
                throw new InvalidDataException($"The label '{labels.Column}' has {rows} rows with '{labels.Names[i]}', fewer than the {count} folds. " +
                    "Use more data, merge rare classes, or use fewer folds.");
            }
        }

        return new([.. Enumerable.Range(0, count).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))],
            StratifiedFolds.Assign(labels.Classes, count, seed));
    }

    /// <exception cref="ArgumentException">There is no such column.</exception>
    /// <exception cref="InvalidDataException">A fold is missing, there is one fold only, or a fold lacks a class of a binary label.</exception>
    public static CrossValidationFolds Read(IDataView rows, string column, ClassLabels labels)
    {
        string[] values = ScalarColumn.Read(rows, column);
        const string Remedy = "Assign the folds anew, or name no fold column: stratified folds are then made.";
        int missing = Array.FindIndex(values, value => value.Length == 0);
        if (missing >= 0) throw new InvalidDataException($"The fold '{column}' is missing in row {missing + 1}. {Remedy}");

        string[] names = ClassLabels.Ordered(values.Distinct());
        if (names.Length < 2) throw new InvalidDataException($"The fold column '{column}' has one fold only ({names[0]}); each fold is tested on a model of the others. {Remedy}");
        if (names.Length > values.Length / 2)
            throw new InvalidDataException($"The fold column '{column}' has {names.Length} folds for {values.Length} rows. {Remedy}");

        int[] folds = Array.ConvertAll(values, value => Array.IndexOf(names, value));
        if (labels.IsBinary)
        {
            for (int fold = 0; fold < names.Length; fold++)
            {
                for (int c = 0; c < 2; c++)
                {
                    if (folds.Zip(labels.Classes).Any(row => row.First == fold && row.Second == c)) continue;
                    string which = c == 1 ? "positives" : "negatives";
                    throw new InvalidDataException($"Fold '{names[fold]}' has no {which} ({labels.Column} = {labels.Names[c]}), so it has no ROC-AUC. {Remedy}");
                }
            }
        }

        return new(names, folds);
    }
}
