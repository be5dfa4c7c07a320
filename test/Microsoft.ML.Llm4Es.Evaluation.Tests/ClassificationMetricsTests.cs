using System.Text.Json;
using CsCheck;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class ClassificationMetricsTests
{
    private static readonly Gen<(bool Positive, double Score)[]> Rows =
        Gen.Select(Gen.Bool, Gen.Int[-5, 5], (positive, score) => (positive, (double)score)).Array[1, 60];

    [Fact]
    [Trait("Category", "Reference")]
    public void BinaryMetrics_EqualTheReference()
    {
        foreach (JsonElement test in Reference("binary"))
        {
            int[] classes = [.. test.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32())];
            bool[] positives = Array.ConvertAll(classes, label => label == 1);
            double[] scores = [.. test.GetProperty("scores").EnumerateArray().Select(score => score.GetDouble())];
            int[] predicted = Array.ConvertAll(scores, score => score >= 0.5 ? 1 : 0);

            AssertEqual(test, "roc_auc", ClassificationMetrics.RocAuc(positives, scores), orUndefined: true);
            AssertEqual(test, "average_precision", ClassificationMetrics.AveragePrecision(positives, scores));
            AssertEqual(test, "accuracy_at_half", ClassificationMetrics.Accuracy(classes, predicted));
            AssertEqual(test, "f1_at_half", ClassificationMetrics.F1(classes, predicted, positive: 1));
            AssertEqual(test, "log_loss", ClassificationMetrics.LogLoss(positives, scores));
        }
    }

    [Fact]
    [Trait("Category", "Reference")]
    public void MulticlassMetrics_EqualTheReference()
    {
        foreach (JsonElement test in Reference("multiclass"))
        {
            int[] classes = [.. test.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32())];
            double[][] probabilities = [.. test.GetProperty("probabilities").EnumerateArray().Select(row => row.EnumerateArray().Select(p => p.GetDouble()).ToArray())];
            int[] predicted = Array.ConvertAll(probabilities, row => Array.IndexOf(row, row.Max()));

            AssertEqual(test, "accuracy", ClassificationMetrics.Accuracy(classes, predicted));
            AssertEqual(test, "roc_auc_ovr_macro", ClassificationMetrics.MacroRocAuc(classes, probabilities));
            AssertEqual(test, "log_loss", ClassificationMetrics.LogLoss(classes, probabilities));
            AssertEqual(test, "f1_macro", classes.Union(predicted).Average(c => ClassificationMetrics.F1(classes, predicted, c)));
        }
    }

    [Fact]
    public void RocAuc_IsTheShareOfOrderedPairs() => Rows.Sample(rows =>
    {
        double[] pairs = [.. rows.Where(row => row.Positive).SelectMany(p => rows.Where(row => !row.Positive).Select(n => p.Score > n.Score ? 1 : p.Score == n.Score ? 0.5 : 0))];

        double area = ClassificationMetrics.RocAuc([.. rows.Select(row => row.Positive)], [.. rows.Select(row => row.Score)]);

        Assert.Equal(pairs.Length == 0 ? double.NaN : pairs.Average(), area, 1e-9);
    });

    [Fact]
    public void RocAuc_WithoutOneClassIsUndefined() => Assert.Equal(double.NaN, ClassificationMetrics.RocAuc([true, true], [0.1, 0.2]));

    [Fact]
    public void RocAuc_OfNaNIsAnError() => Assert.Throws<ArgumentException>(() => ClassificationMetrics.RocAuc([true, false], [0.1, double.NaN]));

    [Fact]
    public void CalibrationError_IsTheGapInEachBin()
    {
        // Two bins: 0.2 of three where one is positive, and 0.9 of two where both are.
        double error = ClassificationMetrics.CalibrationError([true, false, false, true, true], [0.2, 0.2, 0.2, 0.9, 0.9]);

        Assert.Equal((Math.Abs(1 - 0.6) + Math.Abs(2 - 1.8)) / 5, error, 1e-12);
        Assert.Equal(0, ClassificationMetrics.CalibrationError([true, false], [1, 0]));
    }

    [Fact]
    public void CalibrationError_OfSomethingElseThanProbabilitiesIsAnError() =>
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.CalibrationError([true], [1.5]));

    [Fact]
    public void MacroRocAuc_LeavesOutClassesThatAreNotThere() =>
        Assert.Equal(1, ClassificationMetrics.MacroRocAuc([0, 1], [[0.8, 0.1, 0.1], [0.2, 0.7, 0.1]]));

    [Fact]
    public void Metrics_OfDifferentLengthsAreAnError()
    {
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.RocAuc([true, false], [0.1]));
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.Accuracy([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.LogLoss([true, false], [0.1]));
    }

    private static IEnumerable<JsonElement> Reference(string part) => EvaluationCases.With(part).SelectMany(reference => reference.GetProperty(part).EnumerateArray());

    /// <summary>Compares where the reference has the metric; where it says that there is none, the value must be NaN.</summary>
    private static void AssertEqual(JsonElement test, string metric, double actual, bool orUndefined = false)
    {
        if (!test.TryGetProperty(metric, out JsonElement value))
        {
            Assert.True(!orUndefined || double.IsNaN(actual), $"{test}: {metric} is {actual}, but is not defined");
            return;
        }

        Assert.True(Math.Abs(actual - value.GetDouble()) < 1e-12, $"{test}: {metric} is {actual} instead of {value}");
    }
}
