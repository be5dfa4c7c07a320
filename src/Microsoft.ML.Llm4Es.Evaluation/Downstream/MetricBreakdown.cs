namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Measures the predictions of some entities at a time: of those with few events, of those of one group.</summary>
internal sealed class MetricBreakdown(DownstreamEvaluationOptions options, PredictionTarget target, EvaluatedEntities entities)
{
    /// <summary>What is measured of fewer entities than this says nothing.</summary>
    private const int MinEntities = 20;

    /// <summary>Fewer draws than for the main figure: there are many slices, and their intervals are wide.</summary>
    private const int MaxBootstrapSamples = 200;

    public IEnumerable<MetricSlice> Measure(double[][] predictions)
    {
        double Metric(int[] rows) => target.Metrics[0].Measure(rows, predictions);
        int samples = Math.Min(options.BootstrapSamples, MaxBootstrapSamples);
        foreach (EntityField field in entities.Fields)
        {
            for (int value = 0; value < field.Values.Count; value++)
            {
                int[] rows = [.. Enumerable.Range(0, target.Rows).Where(row => field.ValueOf[row] == value)];
                if (rows.Length < MinEntities) continue;
                double metric = Metric(rows);
                // Where all are of one class, for one, there is nothing to measure.
                if (!double.IsFinite(metric)) continue;
                yield return new MetricSlice(field.Name, field.Values[value], rows.Length, metric)
                {
                    Interval = samples == 0 ? null : BootstrapInterval.Compute([rows], Metric, samples, options.Seed),
                };
            }
        }
    }
}
