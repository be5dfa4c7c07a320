using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Two classes. A prediction is a score and the probability of the positive class, NaN where the trainer gives none.</summary>
internal sealed class BinaryTarget : PredictionTarget
{
    private const int Score = 0;
    private const int Probability = 1;

    private readonly ClassLabels _labels;

    public BinaryTarget(ClassLabels labels)
    {
        _labels = labels;
        Metrics =
        [
            new("AUC", (rows, predictions) => ClassificationMetrics.RocAuc(Positives(rows), Values(rows, predictions, Score))),
            new("PR-AUC", (rows, predictions) => ClassificationMetrics.AveragePrecision(Positives(rows), Values(rows, predictions, Score))),
            new("log-loss", (rows, predictions) => OfProbabilities(rows, predictions, ClassificationMetrics.LogLoss)),
            new("calibration error", (rows, predictions) => OfProbabilities(rows, predictions, ClassificationMetrics.CalibrationError)),
        ];
    }

    public override IReadOnlyList<TargetMetric> Metrics { get; }

    public override ClassLabels Classes => _labels;

    public override IReadOnlyList<int> Strata => _labels.Classes;

    public override IReadOnlyList<double> Labels => Array.ConvertAll(_labels.Classes, c => (double)c);

    public override IEnumerable<(string Name, bool[] Rows)> Sides => [(_labels.Names[1], Array.ConvertAll(_labels.Classes, c => c == 1))];

    protected override IEstimator<ITransformer> LightGbm(MLContext ml, LightGbmOptions options, int trainRows) => LightGbmTrainers.Binary(ml, options, trainRows);

    public override IDataView View(MLContext ml, float[][] vectors, int[] rows) =>
        TrainingRow<bool>.View(ml, vectors, rows, row => _labels.Classes[row] == 1);

    public override double[][] ReadPredictions(IDataView scored)
    {
        float[] scores = [.. scored.GetColumn<float>(PredictionColumns.Find(scored, PredictionColumns.Score, NumberDataViewType.Single))];
        float[] probabilities = scored.Schema.GetColumnOrNull(PredictionColumns.Probability) is { } column
            ? [.. scored.GetColumn<float>(column)]
            : [.. Enumerable.Repeat(float.NaN, scores.Length)];
        return [.. scores.Zip(probabilities, (score, probability) => new double[] { score, probability })];
    }

    /// <remarks>The mean of log-odds.</remarks>
    public override double[][] Mean(IReadOnlyList<double[][]> predictions) =>
        [.. Enumerable.Range(0, predictions[0].Length).Select(row => predictions.Average(all => all[row][Score])).Select(logOdds => new[] { logOdds, 1 / (1 + Math.Exp(-logOdds)) })];

    public override IReadOnlyList<CalibrationBin> Calibrate(double[][] predictions) =>
        CalibrationBins.OfProbabilities(Array.ConvertAll(predictions, row => row[Probability]), Array.ConvertAll(_labels.Classes, c => c == 1));

    private static double[] Values(int[] rows, double[][] predictions, int which) => Array.ConvertAll(rows, row => predictions[row][which]);

    private bool[] Positives(int[] rows) => Array.ConvertAll(rows, row => _labels.Classes[row] == 1);

    private double OfProbabilities(int[] rows, double[][] predictions, Func<bool[], double[], double> metric)
    {
        double[] probabilities = Values(rows, predictions, Probability);
        return probabilities.Any(double.IsNaN) ? double.NaN : metric(Positives(rows), probabilities);
    }
}
