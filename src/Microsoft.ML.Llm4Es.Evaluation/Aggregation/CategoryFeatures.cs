namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>For each category of a field: how many events have it, their share, whether the first or last event has it, and sums and means of numbers over them.</summary>
internal sealed class CategoryFeatures(int index, EventPlanField field, EventNumbers[] numbers) : EventFeatures
{
    private const int FixedFeatures = 4;

    private readonly int _width = FixedFeatures + 2 * numbers.Length;

    public override string[] Names { get; } =
    [
        .. field.Categories.SelectMany(category => new[] { "count", "share", "first", "last" }
            .Concat(numbers.SelectMany(number => new[] { $"{number.Name} sum", $"{number.Name} mean" }))
            .Select(statistic => $"{field.Name}={category}: {statistic}")),
    ];

    public override void Write(EntityEvents events, Span<float> features)
    {
        if (events.Count == 0) return;
        int[] categories = events.Categories[index];
        foreach (int category in categories)
            if (category >= 0) features[category * _width]++;
        for (int c = 0; c < field.Categories.Length; c++) features[c * _width + 1] = features[c * _width] / events.Count;
        if (categories[0] >= 0) features[categories[0] * _width + 2] = 1;
        if (categories[^1] >= 0) features[categories[^1] * _width + 3] = 1;

        for (int n = 0; n < numbers.Length; n++) WriteSums(numbers[n].Of(events), categories, features, FixedFeatures + 2 * n);
    }

    private void WriteSums(double[] values, int[] categories, Span<float> features, int offset)
    {
        double[] sums = new double[field.Categories.Length];
        int[] counts = new int[sums.Length];
        for (int i = 0; i < categories.Length; i++)
        {
            if (categories[i] < 0 || double.IsNaN(values[i])) continue;
            sums[categories[i]] += values[i];
            counts[categories[i]]++;
        }

        for (int c = 0; c < sums.Length; c++)
        {
            if (counts[c] == 0) continue;
            features[c * _width + offset] = Finite(sums[c]);
            features[c * _width + offset + 1] = Finite(sums[c] / counts[c]);
        }
    }
}
