namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The distribution of a number over an entity's events; all zero where every value is missing.</summary>
internal sealed class NumberFeatures(EventNumbers number) : EventFeatures
{
    private static readonly double[] Quantiles = [0.1, 0.25, 0.5, 0.75, 0.9];

    public override string[] Names { get; } =
    [
        .. new[] { "sum", "mean", "standard deviation", "minimum", "maximum", "first", "last", "distinct" }
            .Concat(Quantiles.Select(q => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"quantile {q}")))
            .Select(statistic => $"{number.Name}: {statistic}"),
    ];

    public override void Write(EntityEvents events, Span<float> features)
    {
        double[] values = Array.FindAll(number.Of(events), value => !double.IsNaN(value));
        if (values.Length == 0) return;

        double sum = values.Sum();
        double mean = sum / values.Length;
        double squares = values.Sum(value => (value - mean) * (value - mean));
        features[0] = Finite(sum);
        features[1] = Finite(mean);
        features[2] = values.Length < 2 ? 0 : Finite(Math.Sqrt(squares / (values.Length - 1)));
        features[5] = Finite(values[0]);
        features[6] = Finite(values[^1]);

        Array.Sort(values);
        features[3] = Finite(values[0]);
        features[4] = Finite(values[^1]);
        features[7] = 1 + values.Skip(1).Zip(values, (value, previous) => value != previous).Count(differs => differs);
        for (int q = 0; q < Quantiles.Length; q++) features[8 + q] = Finite(Quantile(values, Quantiles[q]));
    }

    /// <summary>Between the two nearest values by linear interpolation, as NumPy does.</summary>
    private static double Quantile(double[] sorted, double quantile)
    {
        double at = quantile * (sorted.Length - 1);
        int below = (int)at;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
