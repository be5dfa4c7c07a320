namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// The downstream protocol of LLM4ES (arXiv 2508.05688): each representation is fitted without labels, on all entities or in each training fold; its vectors are
/// scaled by their largest absolute value in the training folds; a trainer, LightGBM and logistic regression by default, predicts the label. What is measured is given as mean and
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
    /// What is compared: names of representations, or names joined by <c>+</c> for their vectors one after the other (<see cref="BlendedTrainer"/>, the default for classes, also learns from each alone); null for each representation alone.
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
        return Run(entities, [.. compared.Select(name => EvaluationPlan.Parse(name, representations))], drawMaps: true, progress, cancellation);
    }

    /// <summary>Evaluates plans. A representation that several of them share is fitted once.</summary>
    internal EvaluationReport Run(
        IDataView entities, IReadOnlyList<EvaluationPlan> plans, bool drawMaps, IProgress<EvaluationProgress>? progress, CancellationToken cancellation)
    {
        DateTimeOffset started = DateTimeOffset.UtcNow;
        (PredictionTarget target, CrossValidationFolds folds) = ReadLabels(entities);
        EvaluatedEntities known = new EntitySurvey(options, target, folds).Read(entities);
        IDataView unlabelled = ml.Transforms.DropColumns(options.LabelColumns).Fit(entities).Transform(entities);
        cancellation.ThrowIfCancellationRequested();
        string[] warnings = [.. new LeakageGuard(ml, options, target, folds).Inspect(entities, unlabelled)];

        var vectors = new FoldVectors(unlabelled, folds, options.Fitting, progress, cancellation);
        var trainer = new FoldPredictor(ml, options, target, folds);
        var predictor = new PlanPredictor(trainer, vectors, target);
        var judge = new RepresentationJudge(options, target, folds, known);
        RepresentationResult[] results =
        [
            .. plans.Select(plan =>
            {
                FoldPrediction predicted = CrossValidate(predictor, plan, folds, progress, cancellation);
                EmbeddingMap? map = drawMaps ? VectorMap.Draw(vectors.Parts(plan, 0), options.Seed) : null;
                return judge.Judge(plan.Name, predicted.Rows, vectors.Made(plan.Representations), predicted.Seconds, predicted.PeakBytes) with { Map = map };
            }),
        ];
        return new EvaluationReport(options.Label, target.Metrics[0].Name, target.Rows, known.Events.Sum(count => (long)count), results)
        {
            Differences = Compare(results, folds),
            Protocol = new EvaluationProtocol(folds.Description, options.Fitting, trainer.TrainerName, options.Seed, options.BootstrapSamples),
            Warnings = warnings,
            Environment = EvaluationEnvironment.Current(ml),
            Started = started,
            Evaluated = known,
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
        if (options.Trainer is null && options.TrainerKind is { } kind) target.Check(kind);
        return (target, CrossValidationFolds.Create(rows, options, target));
    }

    private static FoldPrediction CrossValidate(
        PlanPredictor predictor, EvaluationPlan plan, CrossValidationFolds folds, IProgress<EvaluationProgress>? progress, CancellationToken cancellation)
    {
        double[][] predictions = new double[folds.Folds.Length][];
        double seconds = 0;
        long peakBytes = 0;
        for (int fold = 0; fold < folds.Count; fold++)
        {
            cancellation.ThrowIfCancellationRequested();
            FoldPrediction predicted = predictor.Predict(plan, fold);
            seconds += predicted.Seconds;
            peakBytes = Math.Max(peakBytes, predicted.PeakBytes);
            for (int i = 0; i < predicted.Rows.Length; i++) predictions[folds.Tests[fold][i]] = predicted.Rows[i];
            progress?.Report(new EvaluationProgress(plan.Name, EvaluationStage.Classify, fold + 1, folds.Count));
        }

        return new(predictions, Math.Round(seconds, 3), peakBytes);
    }

    private static RepresentationDifference[] Compare(RepresentationResult[] results, CrossValidationFolds folds)
    {
        return
        [
            .. results.SelectMany((first, i) => results.Skip(i + 1).Select(second => RepresentationDifference.Compute(first, second, folds.TestToTrain))),
        ];
    }
}
