using CsCheck;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class CalibrationBinsTests
{
    [Fact]
    public void OfProbabilities_AgreesWithTheCalibrationError() => Gen.Select(Gen.Double[0, 1], Gen.Bool).Array[1, 100].Sample(rows =>
    {
        double[] probabilities = Array.ConvertAll(rows, row => row.Item1);
        bool[] were = Array.ConvertAll(rows, row => row.Item2);

        double error = CalibrationBins.OfProbabilities(probabilities, were).Sum(bin => Math.Abs(bin.Predicted - bin.Observed) * bin.Entities) / rows.Length;
        return Math.Abs(error - ClassificationMetrics.CalibrationError(were, probabilities)) < 1e-9;
    });

    [Fact]
    public void OfProbabilities_IsEmptyWithoutThem() => Assert.Empty(CalibrationBins.OfProbabilities([0.5, double.NaN], [true, false]));

    [Fact]
    public void OfNumbers_HasTenthsOfTheRows()
    {
        double[] numbers = [.. Enumerable.Range(0, 100).Select(i => (double)i)];

        CalibrationBin[] bins = CalibrationBins.OfNumbers(numbers, [.. numbers.Select(number => 2 * number)]);

        Assert.Equal(10, bins.Length);
        Assert.Equal(new CalibrationBin(4.5, 9, 10), bins[0]);
    }
}
