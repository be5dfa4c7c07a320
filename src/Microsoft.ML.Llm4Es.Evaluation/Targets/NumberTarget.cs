using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A number. A prediction is a number in the same unit.</summary>
internal sealed class NumberTarget : PredictionTarget
{
    /// <summary>Folds hold each tenth of the numbers in equal share.</summary>
    private const int RangeCount = 10;

    private readonly double[] _labels;

    private NumberTarget(double[] labels)
    {
        _labels = labels;
        Strata = Ranges(labels);
        Metrics =
        [
            new("R2", (rows, predictions) => RegressionMetrics.RSquared(LabelsOf(rows), Values(rows, predictions))),
            new("MAE", (rows, predictions) => RegressionMetrics.MeanAbsoluteError(LabelsOf(rows), Values(rows, predictions))),
        ];
    }

    public override IReadOnlyList<TargetMetric> Metrics { get; }

    public override IReadOnlyList<int> Strata { get; }

    public override IReadOnlyList<double> Labels => _labels;

    public override IEnumerable<(string Name, bool[] Rows)> Sides
    {
        get
        {
            double median = _labels.Order().ElementAt(_labels.Length / 2);
            return [("the larger half", Array.ConvertAll(_labels, label => label >= median))];
        }
    }

    /// <exception cref="InvalidDataException">A label is no number, or all are equal.</exception>
    public static NumberTarget Parse(string column, string[] values)
    {
        double[] labels = new double[values.Length];
        for (int row = 0; row < values.Length; row++)
        {
            if (!double.TryParse(values[row], CultureInfo.InvariantCulture, out labels[row]) || !double.IsFinite(labels[row]))
                throw new InvalidDataException($"The label '{column}' is '{values[row]}' in row {row + 1}; a number is expected. Choose a column of numbers, or predict it as a class.");
        }

        return labels.Distinct().Skip(1).Any()
            ? new NumberTarget(labels)
            : throw new InvalidDataException($"The label '{column}' is {values.FirstOrDefault()} in all {values.Length} rows; there is nothing to predict.");
    }

    public override TrainerKind DefaultTrainer => TrainerKind.LightGbm;

    public override void Check(TrainerKind trainer)
    {
        if (trainer is not TrainerKind.LightGbm)
            throw new ArgumentException($"The trainer {trainer} predicts classes, and the label is a number. Choose {TrainerKind.LightGbm}, or a trainer of MLContext.Regression.", nameof(trainer));
    }

    protected override IEstimator<ITransformer> LightGbm(MLContext ml, LightGbmOptions options, int trainRows) => LightGbmTrainers.Regression(ml, options, trainRows);

    public override IDataView View(MLContext ml, float[][] vectors, int[] rows) => TrainingRow<float>.View(ml, vectors, rows, row => (float)_labels[row]);

    public override double[][] ReadPredictions(IDataView scored) =>
        [.. scored.GetColumn<float>(PredictionColumns.Find(scored, PredictionColumns.Score, NumberDataViewType.Single)).Select(score => new double[] { score })];

    public override IReadOnlyList<CalibrationBin> Calibrate(double[][] predictions) => CalibrationBins.OfNumbers(Array.ConvertAll(predictions, row => row[0]), _labels);

    /// <summary>Which of some ranges of equally many rows each label is in.</summary>
    private static int[] Ranges(double[] labels)
    {
        int[] order = [.. Enumerable.Range(0, labels.Length).OrderBy(row => labels[row])];
        int count = Math.Clamp(labels.Length / (2 * RangeCount), 1, RangeCount);
        int[] ranges = new int[labels.Length];
        for (int rank = 0; rank < order.Length; rank++) ranges[order[rank]] = (int)((long)rank * count / order.Length);
        return ranges;
    }

    private static double[] Values(int[] rows, double[][] predictions) => Array.ConvertAll(rows, row => predictions[row][0]);

    private double[] LabelsOf(int[] rows) => Array.ConvertAll(rows, row => _labels[row]);
}
