using System.Globalization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The fold in which each row is tested: read from a column, or made.</summary>
internal sealed class CrossValidationFolds
{
    private const string Remedy = "Assign the folds anew, or name no fold column: stratified folds are then made.";

    /// <summary>The fold of a row that is in none.</summary>
    private const int None = -1;

    private readonly string[] _names;

    private CrossValidationFolds(string[] names, int[] folds, string description)
    {
        _names = names;
        Folds = folds;
        Description = description;
        Tests = [.. Enumerable.Range(0, names.Length).Select(fold => Rows(row => folds[row] == fold))];
        Trains = [.. Enumerable.Range(0, names.Length).Select(fold => Rows(row => folds[row] != fold && folds[row] != None))];
    }

    public int Count => _names.Length;

    /// <summary>The fold of each row, from 0; -1 where it is in none.</summary>
    public int[] Folds { get; }

    /// <summary>How the folds came about, for the report.</summary>
    public string Description { get; }

    /// <summary>The rows that each fold is tested on.</summary>
    public IReadOnlyList<int[]> Tests { get; }

    /// <summary>The rows that each fold is trained on: all others.</summary>
    public IReadOnlyList<int[]> Trains { get; }

    /// <summary>The mean number of test rows over that of training rows.</summary>
    public double TestToTrain => Tests.Average(rows => rows.Length) / Trains.Average(rows => rows.Length);

    /// <exception cref="ArgumentException">There is no such column.</exception>
    /// <exception cref="InvalidDataException">The rows cannot be split so, or the given folds cannot be used.</exception>
    public static CrossValidationFolds Create(IDataView rows, DownstreamEvaluationOptions options, PredictionTarget target)
    {
        string[]? groups = options.Group is null ? null : Groups(rows, options.Group);
        CrossValidationFolds folds = options.Fold is not null
            ? Read(rows, options.Fold)
            : groups is not null ? Grouped(target, groups, options) : Stratified(target, options);
        if (target.Classes is { IsBinary: true } labels) folds.RequireBothClasses(labels);
        if (target.Classes is null) folds.RequireDifferentNumbers(options.Label, target.Labels);
        return folds;
    }

    /// <summary>The other folds, for work that is not to see the rows of one.</summary>
    public CrossValidationFolds Without(int fold) => new(
        [.. _names.Where((_, i) => i != fold)],
        Array.ConvertAll(Folds, of => of == fold ? None : of > fold ? of - 1 : of),
        $"{Description}; fold {_names[fold]} held out");

    private static string[] Groups(IDataView rows, string column)
    {
        string[] groups = ScalarColumn.Read(rows, column);
        int missing = Array.FindIndex(groups, group => group.Length == 0);
        return missing < 0
            ? groups
            : throw new InvalidDataException($"The group '{column}' is missing in {groups.Count(group => group.Length == 0)} of {groups.Length} rows, the first is row {missing + 1}. " +
                "Fill it in; a row that belongs to no other gets a value of its own.");
    }

    private static CrossValidationFolds Stratified(PredictionTarget target, DownstreamEvaluationOptions options)
    {
        if (target.Classes is { } labels)
        {
            for (int c = 0; c < labels.Names.Length; c++)
            {
                int rows = labels.Classes.Count(actual => actual == c);
                if (rows >= options.FoldCount) continue;
                throw new InvalidDataException($"The label '{labels.Column}' has {rows} rows with '{labels.Names[c]}', fewer than the {options.FoldCount} folds. " +
                    "Use more data, merge rare classes, or use fewer folds.");
            }
        }

        int[] folds = StratifiedFolds.Assign(target.Strata, options.FoldCount, options.Seed);
        return new(Numbers(options.FoldCount), folds, $"{options.FoldCount} folds, stratified by label");
    }

    private static CrossValidationFolds Grouped(PredictionTarget target, string[] groups, DownstreamEvaluationOptions options)
    {
        int[] folds = StratifiedFolds.Assign(target.Strata, groups, options.FoldCount, options.Seed);
        return new(Numbers(options.FoldCount), folds, $"{options.FoldCount} folds, stratified by label, no {options.Group} in two of them");
    }

    private static CrossValidationFolds Read(IDataView rows, string column)
    {
        string[] values = ScalarColumn.Read(rows, column);
        int missing = Array.FindIndex(values, value => value.Length == 0);
        if (missing >= 0) throw new InvalidDataException($"The fold '{column}' is missing in row {missing + 1}. {Remedy}");

        string[] names = ClassLabels.Ordered(values.Distinct());
        if (names.Length < 2) throw new InvalidDataException($"The fold column '{column}' has one fold only ({names[0]}); each fold is tested on a model of the others. {Remedy}");
        if (names.Length > values.Length / 2)
            throw new InvalidDataException($"The fold column '{column}' has {names.Length} folds for {values.Length} rows. {Remedy}");
        return new(names, Array.ConvertAll(values, value => Array.IndexOf(names, value)), $"{names.Length} folds, given by the column {column}");
    }

    private void RequireBothClasses(ClassLabels labels)
    {
        for (int fold = 0; fold < Count; fold++)
        {
            for (int c = 0; c < 2; c++)
            {
                if (Tests[fold].Any(row => labels.Classes[row] == c)) continue;
                string which = c == 1 ? "positives" : "negatives";
                throw new InvalidDataException($"Fold '{_names[fold]}' has no {which} ({labels.Column} = {labels.Names[c]}), so it has no ROC-AUC. {Remedy}");
            }
        }
    }

    private void RequireDifferentNumbers(string column, IReadOnlyList<double> labels)
    {
        for (int fold = 0; fold < Count; fold++)
        {
            if (!Tests[fold].Select(row => labels[row]).Distinct().Skip(1).Any())
                throw new InvalidDataException($"Fold '{_names[fold]}' has no two different numbers of {column}, so it has no R2. {Remedy}");
        }
    }

    private static string[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    private int[] Rows(Func<int, bool> include) => [.. Enumerable.Range(0, Folds.Length).Where(include)];
}
