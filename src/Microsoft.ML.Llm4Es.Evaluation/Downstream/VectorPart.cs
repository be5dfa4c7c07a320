namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The vectors of all rows by one representation; several of them are joined.</summary>
/// <param name="Rows">A vector a row, all of one length.</param>
/// <param name="Views">What of them a blend learns from, each alone; one group of its views.</param>
internal sealed record VectorPart(float[][] Rows, IReadOnlyList<Range> Views)
{
    public static float[] Join(IReadOnlyList<VectorPart> parts, int row) => parts.Count == 1 ? parts[0].Rows[row] : [.. parts.SelectMany(part => part.Rows[row])];

    /// <summary>What a blend learns from joined vectors: the views of each part as a group, and the whole as one more.</summary>
    public static IReadOnlyList<IReadOnlyList<Range>> JoinViews(IReadOnlyList<VectorPart> parts)
    {
        if (parts.Count == 1) return [parts[0].Views];

        var groups = new List<IReadOnlyList<Range>>();
        int start = 0;
        foreach (VectorPart part in parts)
        {
            int length = part.Rows[0].Length, first = start;
            groups.Add([.. part.Views.Select(view => view.GetOffsetAndLength(length)).Select(view => (first + view.Offset)..(first + view.Offset + view.Length))]);
            start += length;
        }

        return [.. groups, [Range.All]];
    }
}
