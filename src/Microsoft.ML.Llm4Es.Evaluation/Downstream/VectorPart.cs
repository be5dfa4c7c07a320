namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The vectors of all rows by one representation; several of them are joined.</summary>
/// <param name="Rows">A vector a row, all of one length.</param>
/// <param name="Views">What of them a blend learns from, each alone; one group of its views.</param>
internal sealed record VectorPart(float[][] Rows, IReadOnlyList<Range> Views)
{
    /// <summary>Into how many pieces components of texts are cut: halves and quarters.</summary>
    private static readonly int[] _pieces = [2, 4];

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

    /// <summary>
    /// The views of one representation: the whole and, where its values are components of texts (TF-IDF, a language model's token embeddings), their halves and quarters. The leading
    /// components tell most, and how many of them help depends on the label and on how many rows there are. What a language model's upper layers tell is not cut: it is spread over all of them.
    /// </summary>
    /// <param name="slotNames">What each value of the vector is; empty where that is not known.</param>
    public static IReadOnlyList<Range> ViewsOf(IReadOnlyList<string> slotNames)
    {
        int start = slotNames.TakeWhile(name => !ComponentSlots.IsOne(name)).Count();
        int count = slotNames.Skip(start).TakeWhile(ComponentSlots.IsOne).Count();
        return [.. _pieces.Where(pieces => pieces <= count).SelectMany(pieces => Enumerable.Range(0, pieces).Select(i => (start + i * count / pieces)..(start + (i + 1) * count / pieces))), Range.All];
    }
}
