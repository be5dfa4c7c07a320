namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>For each category or word of a field: how many events have it, their share, and sums and means of numbers over them.</summary>
/// <param name="names">What is counted, such as "shop=food".</param>
/// <param name="found">Which of them an event has.</param>
/// <param name="numbers">The numbers that are summed up.</param>
internal sealed class OccurrenceFeatures(IEnumerable<string> names, FindOccurrences found, EventNumbers[] numbers) : EventFeatures
{
    private const int FixedFeatures = 2;

    private readonly int _width = FixedFeatures + 2 * numbers.Length;

    public override string[] Names { get; } =
    [
        .. names.SelectMany(name => new[] { "count", "share" }
            .Concat(numbers.SelectMany(number => new[] { $"{number.Name} sum", $"{number.Name} mean" }))
            .Select(statistic => $"{name}: {statistic}")),
    ];

    public override void Write(EntityEvents events, Span<float> features)
    {
        for (int i = 0; i < events.Count; i++)
            foreach (int one in found(events, i)) features[one * _width]++;
        for (int at = 0; at < features.Length; at += _width) features[at + 1] = features[at] / Math.Max(1, events.Count);
        for (int n = 0; n < numbers.Length; n++) WriteSums(events, numbers[n].Of(events), features, FixedFeatures + 2 * n);
    }

    private void WriteSums(EntityEvents events, double[] values, Span<float> features, int offset)
    {
        double[] sums = new double[features.Length / _width];
        int[] counts = new int[sums.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i])) continue;
            foreach (int one in found(events, i))
            {
                sums[one] += values[i];
                counts[one]++;
            }
        }

        for (int one = 0; one < sums.Length; one++)
        {
            if (counts[one] == 0) continue;
            features[one * _width + offset] = Finite(sums[one]);
            features[one * _width + offset + 1] = Finite(sums[one] / counts[one]);
        }
    }
}

/// <summary>The indices of what is counted that an event has.</summary>
internal delegate ReadOnlySpan<int> FindOccurrences(EntityEvents events, int index);
