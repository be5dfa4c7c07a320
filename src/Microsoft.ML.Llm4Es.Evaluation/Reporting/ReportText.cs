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

    public static string Gigabytes(long bytes) => (bytes / 1e9).ToString("F2", CultureInfo.InvariantCulture);

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string MeanAndDeviation(double mean, double deviation) => $"{Number(mean)} ± {Number(deviation)}";

    public static string Range(double low, double high) => $"{Number(low)} to {Number(high)}";

    public static string Probability(double p) => p < 0.0001 ? "< 0.0001" : p.ToString("F4", CultureInfo.InvariantCulture);

    public static string Title(EvaluationReport report) =>
        string.Create(CultureInfo.InvariantCulture, $"{report.Metric} of '{report.Label}', {report.Entities:N0} entities, {report.Events:N0} events");

    /// <summary>What was measured beside the report's metric.</summary>
    public static string[] OtherMetrics(EvaluationReport report) => [.. report.Representations.SelectMany(result => result.Metrics.Skip(1)).Select(metric => metric.Name).Distinct()];

    /// <summary>Which representation is best, and whether that is certain.</summary>
    public static string Finding(EvaluationReport report)
    {
        RepresentationResult[] ranked = [.. report.Representations.OrderByDescending(result => result.Mean)];
        if (ranked.Length == 0) return "Nothing was compared.";
        string best = $"{ranked[0].Name} reaches {report.Metric} {MeanAndDeviation(ranked[0].Mean, ranked[0].Std)}";
        if (ranked.Length == 1 || report.Differences.FirstOrDefault(pair => IsPair(pair, ranked[0].Name, ranked[1].Name)) is not { } difference) return $"{best}.";
        string certainty = difference.PValue < 0.05 ? "more than chance explains" : "which may be chance";
        return $"{best}, {Number(Math.Abs(difference.Mean))} ahead of {ranked[1].Name} (p {(difference.PValue < 0.0001 ? "" : "= ")}{Probability(difference.PValue)}), {certainty}.";
    }

    /// <summary>What was run, on what and with what.</summary>
    public static IEnumerable<(string Name, string Value)> Run(IReportedRun report)
    {
        if (report.Command is { } command) yield return ("command", command);
        if (report.Started is { } started) yield return ("started", started.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
        yield return ("data", $"{Count(report.Entities)} entities, {Count(report.Events)} events");
        if (report.DataFingerprint is { } fingerprint) yield return ("data fingerprint", fingerprint);
        if (report.Seeds.Count > 0) yield return (report.Seeds.Count == 1 ? "seed" : "seeds", string.Join(", ", report.Seeds.Select(seed => seed.ToString(CultureInfo.InvariantCulture))));
        if (report.Environment is not { } environment) yield break;
        yield return ("packages", string.Join(", ", environment.Packages.Select(package => $"{package.Key} {package.Value}")));
        yield return ("runtime", environment.Runtime);
        yield return ("system", environment.OperatingSystem);
        yield return ("hardware", $"{environment.Processor}, {Gigabytes(environment.Memory)} GB, language models on {environment.Device}");
    }

    private static bool IsPair(RepresentationDifference pair, string one, string other) =>
        (pair.First == one && pair.Second == other) || (pair.First == other && pair.Second == one);

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
        if (report.Representations.Any(result => result.Breakdown.Count > 0))
            yield return "Figures for some of the entities are from the test predictions of all folds together, so they can differ a little from means over folds.";
        if (report.Evaluated is { Classes.Count: > 2 } entities)
        {
            IGrouping<double, double> most = entities.Labels.GroupBy(label => label).MaxBy(same => same.Count())!;
            yield return $"{Number(most.Count() / (double)entities.Labels.Count)} of the entities are of the most frequent class, {entities.Classes[(int)most.Key]}: the accuracy of always predicting it.";
        }

        if (report.Representations.Any(result => result.Metrics.Any(metric => metric.Name == "calibration error")))
            yield return $"The calibration error is the expected one over {ClassificationMetrics.CalibrationBins} bins of equal width.";
        yield return string.Create(CultureInfo.InvariantCulture, $"Seed {protocol.Seed}.");
    }
}
