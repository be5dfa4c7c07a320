using System.Globalization;
using System.Text;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A report as CSV: a row for each figure of a representation. One of a test fold says which; others have no fold.</summary>
internal static class CsvReport
{
    public static string Write(EvaluationReport report)
    {
        var text = new StringBuilder("representation,metric,fold,value\n");
        foreach (RepresentationResult result in report.Representations)
        {
            foreach ((string name, int? fold, double value) in Figures(report.Metric, result))
                text.Append(CultureInfo.InvariantCulture, $"{Quoted(result.Name)},{Quoted(name)},{fold},{value:R}\n");
        }

        return text.ToString();
    }

    /// <summary>A value as CSV writes it: in quotes where it has to be.</summary>
    public static string Quoted(string value) =>
        value.AsSpan().ContainsAny(",\"\r\n") ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;

    private static IEnumerable<(string Name, int? Fold, double Value)> Figures(string main, RepresentationResult result)
    {
        foreach (MetricResult metric in result.Metrics)
        {
            for (int fold = 0; fold < metric.Folds.Count; fold++) yield return (metric.Name, fold, metric.Folds[fold]);
            yield return ($"{metric.Name} mean", null, metric.Mean);
            yield return ($"{metric.Name} std", null, metric.Std);
        }

        foreach ((string Name, int? Fold, double Value) bound in Bounds(main, result.Interval)) yield return bound;
        yield return ("seconds fit", null, result.Seconds.Fit);
        yield return ("seconds embed", null, result.Seconds.Embed);
        yield return ("seconds classify", null, result.Seconds.Classify);
        if (result.PeakBytes is { } peak)
        {
            yield return ("peak bytes fit", null, peak.Fit);
            yield return ("peak bytes embed", null, peak.Embed);
            yield return ("peak bytes classify", null, peak.Classify);
        }

        foreach (MetricSlice slice in result.Breakdown)
        {
            string name = $"{main} where {slice.Field} is {slice.Value}";
            yield return (name, null, slice.Metric);
            foreach ((string Name, int? Fold, double Value) bound in Bounds(name, slice.Interval)) yield return bound;
            yield return ($"entities where {slice.Field} is {slice.Value}", null, slice.Entities);
        }
    }

    private static IEnumerable<(string Name, int? Fold, double Value)> Bounds(string name, BootstrapInterval? interval) =>
        interval is null ? [] : [($"{name} low", null, interval.Low), ($"{name} high", null, interval.High)];
}
