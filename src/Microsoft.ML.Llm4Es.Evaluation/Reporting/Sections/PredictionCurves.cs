namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The ROC and precision-recall curve of each test fold; the areas under them are the folds' metrics.</summary>
internal static class PredictionCurves
{
    public static IReadOnlyList<MetricCurve> Roc(EvaluatedEntities entities, EntityPredictions predictions) => OfFolds(entities, predictions, MetricCurve.Roc);

    public static IReadOnlyList<MetricCurve> PrecisionRecall(EvaluatedEntities entities, EntityPredictions predictions) => OfFolds(entities, predictions, MetricCurve.PrecisionRecall);

    /// <summary>Of more than two classes the mean of each class against the rest.</summary>
    private static MetricCurve[] OfFolds(EvaluatedEntities entities, EntityPredictions predictions, Func<IReadOnlyList<bool>, IReadOnlyList<double>, MetricCurve> curve) => entities.Classes.Count == 2
        ? OfFolds(entities, rows => OfClass(entities, predictions, rows, 1, curve))
        : OfFolds(entities, rows => MetricCurve.Mean(
        [
            .. Enumerable.Range(0, entities.Classes.Count)
                .Where(c => rows.Any(row => entities.Labels[row] == c) && rows.Any(row => entities.Labels[row] != c))
                .Select(c => OfClass(entities, predictions, rows, c, curve)),
        ]));

    /// <summary>A fold of one class only has none.</summary>
    private static MetricCurve[] OfFolds(EvaluatedEntities entities, Func<int[], MetricCurve> curve) =>
    [
        .. Enumerable.Range(0, entities.Labels.Count).GroupBy(row => entities.Folds[row]).OrderBy(fold => fold.Key).Select(fold => curve([.. fold])).Where(curve => curve.Points.Count > 0),
    ];

    private static MetricCurve OfClass(
        EvaluatedEntities entities, EntityPredictions predictions, int[] rows, int positive, Func<IReadOnlyList<bool>, IReadOnlyList<double>, MetricCurve> curve)
    {
        // Of two classes there is one score, that of the second.
        int score = entities.Classes.Count == 2 ? 0 : positive;
        return curve(Array.ConvertAll(rows, row => entities.Labels[row] == positive), Array.ConvertAll(rows, row => (double)predictions[row][score]));
    }
}
