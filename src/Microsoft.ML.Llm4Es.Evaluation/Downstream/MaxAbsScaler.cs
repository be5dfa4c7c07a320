namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// Divides each feature by its largest absolute value in the rows that it was fitted on, as scikit-learn's MaxAbsScaler does: zero stays zero, a feature
/// that is always zero is left as it is, and values outside of the fitted range go beyond 1.
/// </summary>
internal sealed class MaxAbsScaler
{
    private readonly float[] _scale;

    private MaxAbsScaler(float[] scale) => _scale = scale;

    public static MaxAbsScaler Fit(IEnumerable<float[]> rows)
    {
        float[]? scale = null;
        foreach (float[] row in rows)
        {
            scale ??= new float[row.Length];
            for (int i = 0; i < scale.Length; i++) scale[i] = Math.Max(scale[i], Math.Abs(row[i]));
        }

        if (scale is null) throw new ArgumentException("There are no rows to fit a scale on.", nameof(rows));
        for (int i = 0; i < scale.Length; i++)
            if (scale[i] == 0) scale[i] = 1;
        return new MaxAbsScaler(scale);
    }

    public float[] Transform(float[] row)
    {
        float[] scaled = new float[row.Length];
        for (int i = 0; i < scaled.Length; i++) scaled[i] = row[i] / _scale[i];
        return scaled;
    }
}
