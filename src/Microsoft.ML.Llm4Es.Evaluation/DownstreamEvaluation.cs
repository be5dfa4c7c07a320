using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// The downstream protocol of LLM4ES (arXiv 2508.05688): each representation is fitted once on all entities, without their labels; its vectors are scaled
/// by their largest absolute value in the training folds; LightGBM predicts the label; the metric is the area under the ROC curve for two classes and
/// accuracy for more, as mean and standard deviation over folds.
/// </summary>
/// <param name="ml">The context in which the classifier is fitted.</param>
/// <param name="options">What is predicted, and how that is judged.</param>
public sealed class DownstreamEvaluation(MLContext ml, DownstreamEvaluationOptions options)
{
    /// <summary>Evaluates representations.</summary>
    /// <param name="entities">A row for each entity: its events as vector columns (as GroupEvents makes them), its label, and its fold where one is named.</param>
    /// <param name="representations">The representations that may be compared. Each is fitted at most once, and only where it is compared.</param>
    /// <param name="compared">
    /// What is compared: names of representations, or names joined by <c>+</c> for their vectors one after the other; null for each representation alone.
    /// </param>
    /// <param name="progress">Told of each step; null for nobody.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="ArgumentException">There is no such column, or nothing of a compared name.</exception>
    /// <exception cref="InvalidDataException">The labels or folds cannot be evaluated, or a representation's vectors are not finite.</exception>
    public EvaluationReport Run(
        IDataView entities,
        IReadOnlyList<Representation> representations,
        IReadOnlyList<string>? compared = null,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entities);
        ArgumentNullException.ThrowIfNull(representations);
        compared ??= [.. representations.Select(representation => representation.Name)];
        Representation[][] plans = [.. compared.Select(name => Parse(name, representations))];

        (ClassLabels labels, CrossValidationFolds folds) = ReadLabels(entities);
        string[] hidden = options.Fold is null ? [options.Label] : [options.Label, options.Fold];
        IDataView unlabelled = ml.Transforms.DropColumns(hidden).Fit(entities).Transform(entities);
        var vectors = plans.SelectMany(plan => plan).Distinct().ToDictionary(
            representation => representation,
            representation => RepresentationVectors.Compute(representation, unlabelled, labels.Classes.Length, progress, cancellation));

        var classifier = new LightGbmClassifier(ml, options.Classifier);
        var results = compared.Zip(plans, (name, plan) =>
        {
            RepresentationVectors features = RepresentationVectors.Concatenate([.. plan.Select(part => vectors[part])]);
            long start = Stopwatch.GetTimestamp();
            double[] scores = CrossValidate(classifier, name, features.Rows, labels, folds, progress, cancellation);
            double seconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 3);
            return new RepresentationResult(name, scores, new StageSeconds(features.FitSeconds, features.EmbedSeconds, seconds));
        });
        return new EvaluationReport(options.Label, labels.IsBinary ? "AUC" : "accuracy", labels.Classes.Length, CountEvents(entities), [.. results]);
    }

    /// <summary>Checks labels and folds, so that a table that cannot be evaluated is found out before the long work.</summary>
    /// <param name="table">A row for each entity; only its label and its fold are read.</param>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    /// <exception cref="InvalidDataException">The labels or folds cannot be evaluated.</exception>
    public void Check(IDataView table)
    {
        ArgumentNullException.ThrowIfNull(table);
        ReadLabels(table);
    }

    private (ClassLabels Labels, CrossValidationFolds Folds) ReadLabels(IDataView rows)
    {
        ClassLabels labels = ClassLabels.Read(rows, options.Label);
        CrossValidationFolds folds = options.Fold is null
            ? CrossValidationFolds.Stratified(labels, options.FoldCount, options.Seed)
            : CrossValidationFolds.Read(rows, options.Fold, labels);
        return (labels, folds);
    }

    private static Representation[] Parse(string name, IReadOnlyList<Representation> representations) =>
    [
        .. name.Split('+', StringSplitOptions.TrimEntries).Select(part => representations.FirstOrDefault(known => known.Name == part)
            ?? throw new ArgumentException($"There is no representation '{part}'. There are: {string.Join(", ", representations.Select(known => known.Name))}.", nameof(name))),
    ];

    private static long CountEvents(IDataView entities)
    {
        DataViewSchema.Column? field = entities.Schema.Where(column => column.Type is VectorDataViewType { IsKnownSize: false }).Select(column => (DataViewSchema.Column?)column).FirstOrDefault();
        if (field is null) return 0;

        long events = 0;
        using DataViewRowCursor cursor = entities.GetRowCursor([field.Value]);
        EventValues values = EventValues.Create(cursor, field.Value);
        while (cursor.MoveNext())
        {
            values.Read();
            events += values.Count;
        }

        return events;
    }

    private static double[] CrossValidate(
        LightGbmClassifier classifier,
        string name,
        float[][] vectors,
        ClassLabels labels,
        CrossValidationFolds folds,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation)
    {
        double[] scores = new double[folds.Count];
        for (int fold = 0; fold < folds.Count; fold++)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] train = [.. Enumerable.Range(0, vectors.Length).Where(row => folds.Folds[row] != fold)];
            int[] test = [.. Enumerable.Range(0, vectors.Length).Where(row => folds.Folds[row] == fold)];
            MaxAbsScaler scaler = MaxAbsScaler.Fit(train.Select(row => vectors[row]));
            float[][] trainVectors = Array.ConvertAll(train, row => scaler.Transform(vectors[row]));
            float[][] testVectors = Array.ConvertAll(test, row => scaler.Transform(vectors[row]));
            int[] trainClasses = Array.ConvertAll(train, row => labels.Classes[row]);
            int[] testClasses = Array.ConvertAll(test, row => labels.Classes[row]);
            scores[fold] = labels.IsBinary
                ? ClassificationMetrics.RocAuc(
                    Array.ConvertAll(testClasses, c => c == 1),
                    classifier.ScoreBinary(trainVectors, Array.ConvertAll(trainClasses, c => c == 1), testVectors))
                : ClassificationMetrics.Accuracy(
                    testClasses,
                    classifier.PredictClass(trainVectors, trainClasses, labels.Names.Length, testVectors));
            progress?.Report(new EvaluationProgress(name, EvaluationStage.Classify, fold + 1, folds.Count));
        }

        return scores;
    }
}
