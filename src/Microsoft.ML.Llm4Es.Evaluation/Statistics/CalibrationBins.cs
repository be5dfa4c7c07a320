namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Puts predictions that are about the same together.</summary>
internal static class CalibrationBins
{
    /// <summary>Tenths of the probability, those that are empty left out; nothing where a probability is not a number.</summary>
    public static CalibrationBin[] OfProbabilities(double[] probabilities, bool[] were)
    {
        if (probabilities.Any(double.IsNaN)) return [];
        return
        [
            .. probabilities.Zip(were)
                .GroupBy(row => Math.Min((int)(row.First * ClassificationMetrics.CalibrationBins), ClassificationMetrics.CalibrationBins - 1))
                .OrderBy(bin => bin.Key)
                .Select(bin => new CalibrationBin(bin.Average(row => row.First), bin.Average(row => row.Second ? 1.0 : 0), bin.Count())),
        ];
    }

    /// <summary>Tenths of the rows, in the order of what was predicted.</summary>
    public static CalibrationBin[] OfNumbers(double[] predicted, double[] actual)
    {
        (double Predicted, double Actual)[] rows = [.. predicted.Zip(actual).OrderBy(row => row.First)];
        int bins = Math.Min(ClassificationMetrics.CalibrationBins, rows.Length);
        return
        [
            .. Enumerable.Range(0, bins)
                .Select(bin => rows[(bin * rows.Length / bins)..((bin + 1) * rows.Length / bins)])
                .Select(bin => new CalibrationBin(bin.Average(row => row.Predicted), bin.Average(row => row.Actual), bin.Length)),
        ];
    }
}
