using System.Globalization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The words and numbers that reports for people share.</summary>
internal static class ReportText
{
    public static string Number(double value) => value.ToString(Math.Abs(value) < 100 ? "F4" : "N1", CultureInfo.InvariantCulture);

    /// <summary>A number in a place with little room: three digits that count, or all before the point.</summary>
    public static string Short(double value) =>
        Math.Abs(value) >= 1000 ? value.ToString("N0", CultureInfo.InvariantCulture) : value.ToString("G3", CultureInfo.InvariantCulture);

    public static string Seconds(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    public static string MeanAndDeviation(double mean, double deviation) => $"{Number(mean)} ± {Number(deviation)}";

    public static string Range(double low, double high) => $"{Number(low)} to {Number(high)}";

    public static string Probability(double p) => p < 0.0001 ? "< 0.0001" : p.ToString("F4", CultureInfo.InvariantCulture);

    public static string Title(EvaluationReport report) =>
        string.Create(CultureInfo.InvariantCulture, $"{report.Metric} of '{report.Label}', {report.Entities:N0} entities, {report.Events:N0} events");

    /// <summary>How the evaluation was done, a sentence a line.</summary>
    public static IEnumerable<string> Protocol(EvaluationReport report)
    {
        if (report.Protocol is not { } protocol) yield break;
        yield return $"Folds: {protocol.Folds}.";
        yield return protocol.Fitting == RepresentationFitting.OnAllEntities
            ? "Representations are fitted once on all entities, test entities among them, without labels."
            : "Representations are fitted in each training fold anew; no test entity is seen.";
        yield return $"Predicted by {protocol.Trainer}, from vectors scaled by their largest absolute values in the training folds.";
        yield return "Mean and standard deviation (of the folds as the whole population) are over test folds." +
            (protocol.BootstrapSamples > 0 ? string.Create(CultureInfo.InvariantCulture, $" The 95 % interval is from {protocol.BootstrapSamples:N0} bootstrap draws of test entities, with the models as fitted.") : "");
        if (report.Differences.Count > 0) yield return "Differences are judged by the corrected resampled t-test (Nadeau and Bengio 2003).";
        if (report.Representations.Any(result => result.Metrics.Any(metric => metric.Name == "calibration error")))
            yield return $"The calibration error is the expected one over {ClassificationMetrics.CalibrationBins} bins of equal width.";
        yield return string.Create(CultureInfo.InvariantCulture, $"Seed {protocol.Seed}.");
    }
}
