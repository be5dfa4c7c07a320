namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Makes a result of what was predicted from a representation.</summary>
internal sealed class RepresentationJudge(DownstreamEvaluationOptions options, PredictionTarget target, CrossValidationFolds folds, EvaluatedEntities entities)
{
    private readonly MetricBreakdown _breakdown = new(options, target, entities);

    /// <param name="name">The name of what was compared.</param>
    /// <param name="predictions">What was predicted of each row.</param>
    /// <param name="made">The vectors from which it was predicted, of each part and fold.</param>
    /// <param name="seconds">How long the classifier took.</param>
    /// <param name="bytes">The most memory that was resident meanwhile.</param>
    public RepresentationResult Judge(string name, double[][] predictions, IReadOnlyList<RepresentationVectors> made, double seconds, long bytes)
    {
        MetricResult[] metrics = [.. target.Metrics.Select(metric => new MetricResult(metric.Name, [.. folds.Tests.Select(rows => metric.Measure(rows, predictions))]))];
        Func<int[], double> main = rows => target.Metrics[0].Measure(rows, predictions);
        return new RepresentationResult(name, metrics[0].Folds, new StageSeconds(made.Sum(vectors => vectors.FitSeconds), made.Sum(vectors => vectors.EmbedSeconds), seconds))
        {
            // What a trainer without probabilities, or a fold without a class, leaves undefined is left out, but for what representations are compared by.
            Metrics = [metrics[0], .. metrics.Skip(1).Where(metric => metric.Folds.All(double.IsFinite))],
            Interval = options.BootstrapSamples == 0 ? null : BootstrapInterval.Compute(folds.Tests, main, options.BootstrapSamples, options.Seed),
            PeakBytes = new StageMemory(made.Max(vectors => vectors.FitBytes), made.Max(vectors => vectors.EmbedBytes), bytes),
            Calibration = target.Calibrate(predictions),
            Breakdown = [.. _breakdown.Measure(predictions)],
            Training = [.. made.Select(vectors => vectors.Training).Where(curve => curve.Count > 0)],
            Predictions = new EntityPredictions(predictions),
        };
    }
}
