namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The vectors of all rows by one representation; several of them are joined.</summary>
/// <param name="Rows">A vector a row, all of one length.</param>
/// <param name="Views">What of them a blend learns from, each alone.</param>
internal sealed record VectorPart(float[][] Rows, IReadOnlyList<Range> Views)
{
    public static float[] Join(IReadOnlyList<VectorPart> parts, int row) => parts.Count == 1 ? parts[0].Rows[row] : [.. parts.SelectMany(part => part.Rows[row])];
}
