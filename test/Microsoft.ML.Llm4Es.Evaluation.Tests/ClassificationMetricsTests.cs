using System.Text.Json;
using CsCheck;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class ClassificationMetricsTests
{
    private static readonly Gen<(bool Positive, double Score)[]> Rows =
        Gen.Select(Gen.Bool, Gen.Int[-5, 5], (positive, score) => (positive, (double)score)).Array[1, 60];

    [Fact]
    [Trait("Category", "Reference")]
    public void RocAuc_EqualsTheReference()
    {
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllText(ReferenceData.Require(ReferenceData.Reference, "eval", "metrics.json")));
        foreach (JsonElement test in reference.RootElement.GetProperty("binary").EnumerateArray())
        {
            bool[] positives = [.. test.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32() == 1)];
            double[] scores = [.. test.GetProperty("scores").EnumerateArray().Select(score => score.GetDouble())];

            double area = ClassificationMetrics.RocAuc(positives, scores);

            double expected = test.TryGetProperty("roc_auc", out JsonElement value) ? value.GetDouble() : double.NaN;
            Assert.True(area.Equals(expected) || Math.Abs(area - expected) < 1e-12, $"{test.GetProperty("name")}: {area} instead of {expected}");
        }
    }

    [Fact]
    [Trait("Category", "Reference")]
    public void Accuracy_EqualsTheReference()
    {
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllText(ReferenceData.Require(ReferenceData.Reference, "eval", "metrics.json")));
        foreach (JsonElement test in reference.RootElement.GetProperty("multiclass").EnumerateArray())
        {
            int[] classes = [.. test.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32())];
            double[][] probabilities = [.. test.GetProperty("probabilities").EnumerateArray().Select(row => row.EnumerateArray().Select(p => p.GetDouble()).ToArray())];
            int[] predicted = Array.ConvertAll(probabilities, row => Array.IndexOf(row, row.Max()));

            Assert.Equal(test.GetProperty("accuracy").GetDouble(), ClassificationMetrics.Accuracy(classes, predicted), 1e-12);
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
    public void Metrics_OfDifferentLengthsAreAnError()
    {
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.RocAuc([true, false], [0.1]));
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.Accuracy([1, 2], [1]));
    }
}
