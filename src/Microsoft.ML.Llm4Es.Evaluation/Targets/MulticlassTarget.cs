using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>More than two classes. A prediction is a score for each class, probabilities with most trainers.</summary>
internal sealed class MulticlassTarget : PredictionTarget
{
    /// <summary>How far the sum of scores may be from 1 for them to be probabilities: 32-bit rounding.</summary>
    private const double Tolerance = 1e-3;

    private readonly ClassLabels _labels;

    public MulticlassTarget(ClassLabels labels)
    {
        _labels = labels;
        Metrics =
        [
            new("accuracy", (rows, predictions) => ClassificationMetrics.Accuracy(Actual(rows), Array.ConvertAll(rows, row => Largest(predictions[row])))),
            new("macro AUC", (rows, predictions) => ClassificationMetrics.MacroRocAuc(Actual(rows), Array.ConvertAll(rows, row => predictions[row]))),
            new("macro F1", MacroF1),
            new("log-loss", LogLoss),
        ];
    }

    public override IReadOnlyList<TargetMetric> Metrics { get; }

    public override ClassLabels Classes => _labels;

    public override IReadOnlyList<int> Strata => _labels.Classes;

    public override IReadOnlyList<double> Labels => Array.ConvertAll(_labels.Classes, c => (double)c);

    public override IEnumerable<(string Name, bool[] Rows)> Sides =>
        _labels.Names.Select((name, c) => (name, Array.ConvertAll(_labels.Classes, actual => actual == c)));

    protected override IEstimator<ITransformer> LightGbm(MLContext ml, LightGbmOptions options, int trainRows) => LightGbmTrainers.Multiclass(ml, options, trainRows);

    public override IDataView View(MLContext ml, float[][] vectors, int[] rows) =>
        // ML.NET adds one to a number that a class hands it as a key, since a key of 0 means missing.
        TrainingRow<uint>.View(ml, vectors, rows, row => (uint)_labels.Classes[row], new KeyDataViewType(typeof(uint), _labels.Names.Length), _labels.Names);

    public override double[][] ReadPredictions(IDataView scored)
    {
        DataViewSchema.Column column = PredictionColumns.Find(scored, PredictionColumns.Score, new VectorDataViewType(NumberDataViewType.Single, _labels.Names.Length));
        return [.. scored.GetColumn<float[]>(column).Select(scores => Array.ConvertAll(scores, score => (double)score))];
    }

    /// <remarks>The mean of log-probabilities, normalised.</remarks>
    public override double[][] Mean(IReadOnlyList<double[][]> predictions) => [.. Enumerable.Range(0, predictions[0].Length).Select(row =>
    {
        double[] products = [.. predictions[0][row].Select((_, c) => Math.Exp(predictions.Average(all => Math.Log(Math.Max(all[row][c], TrainingLabel.LeastProbability)))))];
        double sum = products.Sum();
        return Array.ConvertAll(products, product => product / sum);
    })];

    /// <remarks>Of the class that is predicted: its probability, and whether it was so.</remarks>
    public override IReadOnlyList<CalibrationBin> Calibrate(double[][] predictions) => AreProbabilities(predictions)
        ? CalibrationBins.OfProbabilities(Array.ConvertAll(predictions, row => row.Max()), [.. predictions.Select((row, i) => Largest(row) == _labels.Classes[i])])
        : [];

    private int[] Actual(int[] rows) => Array.ConvertAll(rows, row => _labels.Classes[row]);

    private double MacroF1(int[] rows, double[][] predictions)
    {
        int[] classes = Actual(rows);
        int[] predicted = Array.ConvertAll(rows, row => Largest(predictions[row]));
        return classes.Union(predicted).Average(c => ClassificationMetrics.F1(classes, predicted, c));
    }

    private double LogLoss(int[] rows, double[][] predictions)
    {
        double[][] scores = Array.ConvertAll(rows, row => predictions[row]);
        return AreProbabilities(scores) ? ClassificationMetrics.LogLoss(Actual(rows), scores) : double.NaN;
    }

    private static bool AreProbabilities(double[][] scores) => scores.All(row => row.All(p => p >= 0) && Math.Abs(row.Sum() - 1) < Tolerance);

    private static int Largest(double[] scores) => Array.IndexOf(scores, scores.Max());
}
