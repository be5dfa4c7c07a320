using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// The downstream protocol of LLM4ES (arXiv 2508.05688): each representation is fitted without labels, on all entities or in each training fold; its vectors are
/// scaled by their largest absolute value in the training folds; LightGBM or another trainer predicts the label. What is measured is given as mean and
/// standard deviation over folds, with a bootstrap interval, and representations are compared in pairs.
/// </summary>
/// <param name="ml">The context in which the trainer is fitted.</param>
/// <param name="options">What is predicted, and how that is judged.</param>
public sealed class DownstreamEvaluation(MLContext ml, DownstreamEvaluationOptions options)
{
    /// <summary>Evaluates representations.</summary>
    /// <param name="entities">A row for each entity: its events as vector columns (as GroupEvents makes them), its label, and its fold where one is named.</param>
    /// <param name="representations">The representations that may be compared. Each is fitted only where it is compared.</param>
    /// <param name="compared">
    /// What is compared: names of representations, or names joined by <c>+</c> for their vectors one after the other; null for each representation alone.
    /// </param>
    /// <param name="progress">Told of each step; null for nobody.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="ArgumentException">There is no such column, or nothing of a compared name, or the trainer does not fit the label.</exception>
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

        (PredictionTarget target, CrossValidationFolds folds) = ReadLabels(entities);
        IDataView unlabelled = ml.Transforms.DropColumns(options.LabelColumns).Fit(entities).Transform(entities);
        cancellation.ThrowIfCancellationRequested();
        string[] warnings = [.. new LeakageGuard(ml, options, target, folds).Inspect(entities, unlabelled)];

        var vectors = new FoldVectors(unlabelled, folds, options.Fitting, progress, cancellation);
        var predictor = new FoldPredictor(ml, options, target, folds);
        RepresentationResult[] results =
        [
            .. compared.Zip(plans, (name, plan) =>
            {
                (double[][] predictions, double seconds) = CrossValidate(predictor, name, plan, vectors, folds, progress, cancellation);
                (double fit, double embed) = vectors.Seconds(plan);
                return Judge(name, predictions, new StageSeconds(fit, embed, seconds), target, folds);
            }),
        ];
        return new EvaluationReport(options.Label, target.Metrics[0].Name, target.Rows, CountEvents(entities), results)
        {
            Differences = Compare(results, folds),
            Protocol = new EvaluationProtocol(folds.Description, options.Fitting, predictor.TrainerName, options.Seed, options.BootstrapSamples),
            Warnings = warnings,
        };
    }

    /// <summary>Checks labels and folds, so that a table that cannot be evaluated is found out before the long work.</summary>
    /// <param name="table">A row for each entity; only its label, its fold and its group are read.</param>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    /// <exception cref="InvalidDataException">The labels or folds cannot be evaluated.</exception>
    public void Check(IDataView table)
    {
        ArgumentNullException.ThrowIfNull(table);
        ReadLabels(table);
    }

    internal (PredictionTarget Target, CrossValidationFolds Folds) ReadLabels(IDataView rows)
    {
        PredictionTarget target = PredictionTarget.Read(rows, options.Label, options.LabelKind);
        return (target, CrossValidationFolds.Create(rows, options, target));
    }

    private static Representation[] Parse(string name, IReadOnlyList<Representation> representations) =>
    [
        .. name.Split('+', StringSplitOptions.TrimEntries).Select(part => representations.FirstOrDefault(known => known.Name == part)
            ?? throw new ArgumentException($"There is no representation '{part}'. There are: {string.Join(", ", representations.Select(known => known.Name))}.", nameof(name))),
    ];

    private static (double[][] Predictions, double Seconds) CrossValidate(
        FoldPredictor predictor,
        string name,
        Representation[] plan,
        FoldVectors vectors,
        CrossValidationFolds folds,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation)
    {
        double[][] predictions = new double[folds.Folds.Length][];
        double seconds = 0;
        for (int fold = 0; fold < folds.Count; fold++)
        {
            cancellation.ThrowIfCancellationRequested();
            float[][][] parts = Array.ConvertAll(plan, part => vectors.Of(part, fold).Rows);
            long start = Stopwatch.GetTimestamp();
            double[][] predicted = predictor.Predict(parts, fold);
            seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
            for (int i = 0; i < predicted.Length; i++) predictions[folds.Tests[fold][i]] = predicted[i];
            progress?.Report(new EvaluationProgress(name, EvaluationStage.Classify, fold + 1, folds.Count));
        }

        return (predictions, Math.Round(seconds, 3));
    }

    private RepresentationResult Judge(string name, double[][] predictions, StageSeconds seconds, PredictionTarget target, CrossValidationFolds folds)
    {
        MetricResult[] metrics = [.. target.Metrics.Select(metric => new MetricResult(metric.Name, [.. folds.Tests.Select(rows => metric.Measure(rows, predictions))]))];
        Func<int[], double> main = rows => target.Metrics[0].Measure(rows, predictions);
        return new RepresentationResult(name, metrics[0].Folds, seconds)
        {
            // What a trainer without probabilities, or a fold without a class, leaves undefined is left out.
            Metrics = [.. metrics.Where(metric => metric.Folds.All(double.IsFinite))],
            Interval = options.BootstrapSamples == 0 ? null : BootstrapInterval.Compute(folds.Tests, main, options.BootstrapSamples, options.Seed),
        };
    }

    private static RepresentationDifference[] Compare(RepresentationResult[] results, CrossValidationFolds folds)
    {
        double testToTrain = folds.Tests.Average(rows => rows.Length) / folds.Trains.Average(rows => rows.Length);
        return
        [
            .. results.SelectMany((first, i) => results.Skip(i + 1).Select(second => RepresentationDifference.Compute(first, second, testToTrain))),
        ];
    }

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
}
