using System.Globalization;
using System.Text;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A report as CSV: a row for each representation, metric and fold.</summary>
internal static class CsvReport
{
    public static string Write(EvaluationReport report)
    {
        var text = new StringBuilder("representation,metric,fold,value\n");
        foreach (RepresentationResult result in report.Representations)
        {
            foreach (MetricResult metric in result.Metrics)
            {
                for (int fold = 0; fold < metric.Folds.Count; fold++)
                    text.Append(CultureInfo.InvariantCulture, $"{Quoted(result.Name)},{Quoted(metric.Name)},{fold},{metric.Folds[fold]:R}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>A value as CSV writes it: in quotes where it has to be.</summary>
    public static string Quoted(string value) =>
        value.AsSpan().ContainsAny(",\"\r\n") ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
}
