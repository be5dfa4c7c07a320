using CsCheck;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class MetricCurveTests
{
    // Few distinct scores, so that there are ties.
    private static readonly Gen<(bool[] Positives, double[] Scores)> Rows = Gen.Select(Gen.Bool, Gen.Int[0, 8]).Array[4, 60]
        .Where(rows => rows.Any(row => row.Item1) && rows.Any(row => !row.Item1))
        .Select(rows => (Array.ConvertAll(rows, row => row.Item1), Array.ConvertAll(rows, row => row.Item2 / 8.0)));

    [Fact]
    public void Roc_HasTheAreaUnderTheCurveBelowIt() => Rows.Sample(rows =>
    {
        MetricCurve curve = MetricCurve.Roc(rows.Positives, rows.Scores);

        return Math.Abs(curve.Area - ClassificationMetrics.RocAuc(rows.Positives, rows.Scores)) < 1e-9 && curve.Points[0] == (0, 0) && curve.Points[^1] == (1, 1);
    });

    [Fact]
    public void PrecisionRecall_HasTheAveragePrecisionBelowIt() => Rows.Sample(rows =>
    {
        MetricCurve curve = MetricCurve.PrecisionRecall(rows.Positives, rows.Scores);

        return Math.Abs(curve.Area - ClassificationMetrics.AveragePrecision(rows.Positives, rows.Scores)) < 1e-9 && curve.Points[0].X == 0 && curve.Points[^1].X == 1;
    });

    [Fact]
    public void Mean_HasTheMeanAreaBelowIt() => Rows.Array[1, 4].Sample(folds =>
    {
        MetricCurve[][] kinds = [Array.ConvertAll(folds, rows => MetricCurve.Roc(rows.Positives, rows.Scores)), Array.ConvertAll(folds, rows => MetricCurve.PrecisionRecall(rows.Positives, rows.Scores))];

        return kinds.All(curves => Math.Abs(MetricCurve.Mean(curves).Area - curves.Average(curve => curve.Area)) < 1e-9);
    });

    [Fact]
    public void Range_HoldsEveryCurve()
    {
        MetricCurve low = MetricCurve.Roc([false, true], [1, 0]), high = MetricCurve.Roc([false, true], [0, 1]);

        Assert.All(MetricCurve.Range([low, high]), at => Assert.True(at.Low <= at.High));
        Assert.Contains((0.0, 0.0, 1.0), MetricCurve.Range([low, high]));
    }
}
