namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Makes the map of a representation's vectors.</summary>
internal static class VectorMap
{
    /// <summary>More points than this cannot be told apart.</summary>
    private const int MaxRows = 1000;

    /// <param name="parts">What is joined.</param>
    /// <param name="seed">The seed of the projection.</param>
    public static EmbeddingMap Draw(IReadOnlyList<VectorPart> parts, int seed)
    {
        int[] rows = EntityFeatures.Every(parts[0].Rows.Length, MaxRows);
        float[][] vectors = Array.ConvertAll(rows, row => VectorPart.Join(parts, row));
        (float[] x, float[] y, double explainedX, double explainedY) = PrincipalComponents.Project(Array.ConvertAll(vectors, MaxAbsScaler.Fit(vectors).Transform), seed);
        return new EmbeddingMap(rows, x, y, explainedX, explainedY);
    }
}
