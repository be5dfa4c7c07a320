namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The vectors of all rows by one representation; several of them are joined.</summary>
/// <param name="Rows">A vector a row, all of one length.</param>
/// <param name="Views">What of them a blend learns from, each alone.</param>
internal sealed record VectorPart(float[][] Rows, IReadOnlyList<Range> Views)
{
    public static float[] Join(IReadOnlyList<VectorPart> parts, int row) => parts.Count == 1 ? parts[0].Rows[row] : [.. parts.SelectMany(part => part.Rows[row])];

    /// <summary>What a blend learns from joined vectors: the views of each part, and the whole. Each part has the same share in what is predicted, and the whole has it, too.</summary>
    public static IReadOnlyList<Range> JoinViews(IReadOnlyList<VectorPart> parts)
    {
        if (parts.Count == 1) return parts[0].Views;

        var views = new List<Range>();
        int votes = parts.Aggregate(1, (product, part) => product * part.Views.Count);
        int start = 0;
        foreach (VectorPart part in parts)
        {
            int length = part.Rows[0].Length;
            views.AddRange(part.Views.Select(view => view.GetOffsetAndLength(length))
                .SelectMany(view => Enumerable.Repeat((start + view.Offset)..(start + view.Offset + view.Length), votes / part.Views.Count)));
            start += length;
        }

        return [.. views, .. Enumerable.Repeat(Range.All, votes)];
    }

    /// <summary>
    /// The views of one representation: the whole and, where a language model's upper layers stand beside its token embeddings, these alone: they tell most, and what is
    /// learned from them alone errs in other places.
    /// </summary>
    /// <param name="slotNames">What each value of the vector is; empty where that is not known.</param>
    public static IReadOnlyList<Range> ViewsOf(IReadOnlyList<string> slotNames)
    {
        int start = slotNames.TakeWhile(name => !IsOfTokenEmbeddings(name)).Count();
        int count = slotNames.Skip(start).TakeWhile(IsOfTokenEmbeddings).Count();
        return count == 0 || count == slotNames.Count ? [Range.All] : [start..(start + count), Range.All];
    }

    /// <summary>As the embedder names its slots (PoolingOptions.Names): layer 0 alone is the token embeddings.</summary>
    private static bool IsOfTokenEmbeddings(string slot) => slot.Split('.') is [_, "h0", _];
}
