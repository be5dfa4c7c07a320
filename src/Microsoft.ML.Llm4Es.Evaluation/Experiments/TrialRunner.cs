using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// Judges trials by the downstream protocol. The choice is made by cross-validation on all folds but the one that is held out; the best trial is then trained on
/// these and tested on that one.
/// </summary>
internal sealed class TrialRunner
{
    private readonly MLContext _ml;
    private readonly Llm4EsExperimentSettings _settings;
    private readonly PredictionTarget _target;
    private readonly CrossValidationFolds _folds;
    private readonly CrossValidationFolds _inner;
    private readonly int _heldOut;
    private readonly IDataView _entities;
    private readonly TunedVectors _vectors;

    /// <param name="ml">The context.</param>
    /// <param name="settings">The experiment.</param>
    /// <param name="target">The labels.</param>
    /// <param name="folds">All folds.</param>
    /// <param name="heldOut">The one that the choice does not see.</param>
    /// <param name="entities">A row for each entity, without its label.</param>
    public TrialRunner(MLContext ml, Llm4EsExperimentSettings settings, PredictionTarget target, CrossValidationFolds folds, int heldOut, IDataView entities)
    {
        _ml = ml;
        _settings = settings;
        _target = target;
        _folds = folds;
        _inner = folds.Without(heldOut);
        _heldOut = heldOut;
        _entities = entities;
        _vectors = new TunedVectors(ml, settings, entities, target.Rows);
    }

    /// <summary>Runs a trial; one that cannot be run is a result too, so that the search goes on.</summary>
    public TrialResult Run(TrialPlan trial, IProgress<EvaluationProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            double[][] predictions = new double[_target.Rows][];
            var seconds = new StageSeconds(0, 0, 0);
            for (int fold = 0; fold < _inner.Count; fold++)
                seconds = Add(seconds, Predict(trial, _inner, fold, $"choice-{fold}", predictions, progress, cancellation));

            return Result(trial, Measure(_inner.Tests, predictions), seconds, error: null);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidDataException or InvalidOperationException or NotFiniteNumberException or InsufficientMemoryException)
        {
            return Result(trial, [], new StageSeconds(0, 0, 0), exception.Message);
        }
    }

    /// <summary>Tests the best trial on the fold that the choice has not seen.</summary>
    public HeldOutEstimate Test(TrialPlan best, IProgress<EvaluationProgress>? progress, CancellationToken cancellation)
    {
        double[][] predictions = new double[_target.Rows][];
        Predict(best, _folds, _heldOut, "held-out", predictions, progress, cancellation);
        int[] rows = _folds.Tests[_heldOut];
        DownstreamEvaluationOptions evaluation = _settings.Evaluation;
        BootstrapInterval? interval = evaluation.BootstrapSamples == 0
            ? null
            : BootstrapInterval.Compute([rows], drawn => _target.Metrics[0].Measure(drawn, predictions), evaluation.BootstrapSamples, evaluation.Seed);
        return new HeldOutEstimate(_heldOut, rows.Length, Measure([rows], predictions), interval);
    }

    /// <summary>Fits the best trial's pipeline on all entities.</summary>
    public ITransformer Refit(TrialPlan best, IProgress<EvaluationProgress>? progress, CancellationToken cancellation)
    {
        VectorPart vectors = _vectors.Of(best, FittedRows.All, progress, cancellation).Vectors;
        IDataView rows = _target.View(_ml, vectors.Rows, [.. Enumerable.Range(0, _target.Rows)]);
        // With zero kept, it divides by the largest absolute value, as the protocol does.
        NormalizingTransformer scaler = _ml.Transforms.NormalizeMinMax(nameof(TrainingRow<>.Features), fixZero: true).Fit(rows);
        ITransformer predictor = Predictor(best, _folds).FitAll(scaler.Transform(rows), vectors.Views);

        ITransformer embedder = _vectors.Embedder(best, cancellation);
        ColumnCopyingTransformer features = _ml.Transforms.CopyColumns(nameof(TrainingRow<>.Features), TunedEmbedder.Output).Fit(embedder.Transform(_entities));
        var model = new TransformerChain<ITransformer>(embedder, features, scaler, predictor);
        if (_target is not MulticlassTarget) return model;

        KeyToValueMappingTransformer names = _ml.Transforms.Conversion.MapKeyToValue(PredictionColumns.PredictedLabel).Fit(model.Transform(_entities));
        return new TransformerChain<ITransformer>(embedder, features, scaler, predictor, names);
    }

    /// <summary>Predicts the test rows of a fold.</summary>
    private StageSeconds Predict(
        TrialPlan trial, CrossValidationFolds folds, int fold, string name, double[][] predictions, IProgress<EvaluationProgress>? progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        FittedRows fitted = _settings.Evaluation.Fitting is RepresentationFitting.OnAllEntities ? FittedRows.All : new FittedRows(name, folds.Trains[fold]);
        (VectorPart vectors, double fit, double embed) = _vectors.Of(trial, fitted, progress, cancellation);
        long start = Stopwatch.GetTimestamp();
        double[][] predicted = Predictor(trial, folds).Predict([vectors], fold, LabelledShare.All);
        for (int i = 0; i < predicted.Length; i++) predictions[folds.Tests[fold][i]] = predicted[i];
        progress?.Report(new EvaluationProgress($"trial {trial.Trial}", EvaluationStage.Classify, fold + 1, folds.Count));
        return new StageSeconds(fit, embed, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private FoldPredictor Predictor(TrialPlan trial, CrossValidationFolds folds)
    {
        DownstreamEvaluationOptions evaluation = _settings.Evaluation;
        return new FoldPredictor(_ml, new DownstreamEvaluationOptions
        {
            Label = evaluation.Label,
            Trainer = evaluation.Trainer,
            TrainerKind = trial.Settings.Trainer ?? evaluation.TrainerKind,
            Classifier = trial.Settings.Classifier?.WithThreads(evaluation.Classifier.Threads) ?? evaluation.Classifier,
        }, _target, folds);
    }

    /// <summary>What a trainer without probabilities, or a fold without a class, leaves undefined is left out.</summary>
    private MetricResult[] Measure(IReadOnlyList<int[]> tests, double[][] predictions) =>
        [.. _target.Metrics.Select(metric => new MetricResult(metric.Name, [.. tests.Select(rows => metric.Measure(rows, predictions))])).Where(metric => metric.Folds.All(double.IsFinite))];

    private TrialResult Result(TrialPlan trial, MetricResult[] metrics, StageSeconds seconds, string? error) => new()
    {
        Trial = trial.Trial,
        Rung = trial.Rung,
        Share = trial.Share,
        Metrics = metrics,
        Seconds = new StageSeconds(Math.Round(seconds.Fit, 3), Math.Round(seconds.Embed, 3), Math.Round(seconds.Classify, 3)),
        Error = error ?? (metrics.Length == 0 || metrics[0].Name != _target.Metrics[0].Name ? $"The {_target.Metrics[0].Name} is not defined on all folds." : null),
        Settings = trial.Settings,
    };

    private static StageSeconds Add(StageSeconds first, StageSeconds second) => new(first.Fit + second.Fit, first.Embed + second.Embed, first.Classify + second.Classify);
}
