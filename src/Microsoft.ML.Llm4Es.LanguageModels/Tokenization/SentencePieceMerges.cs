namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The merges that give what SentencePiece gives: it has scores instead, and joins the neighbours whose joint piece has the highest.</summary>
internal static class SentencePieceMerges
{
    /// <summary>
    /// Every way to put a piece together from two others, best score first, then by ids, as the converter of transformers lists them
    /// (<c>SentencePieceExtractor</c> in convert_slow_tokenizer.py).
    /// </summary>
    /// <param name="pieces">The pieces by id.</param>
    /// <param name="scores">Their scores.</param>
    /// <param name="isText">Whether a piece takes part: control, unknown and byte pieces do not.</param>
    public static IReadOnlyList<MergeRule> Of(IReadOnlyList<string> pieces, IReadOnlyList<float> scores, Func<int, bool> isText)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < pieces.Count; id++)
        {
            if (isText(id)) ids.TryAdd(pieces[id], id);
        }

        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var merges = new List<MergeRule>();
        foreach ((string piece, int whole) in ids)
        {
            for (int cut = 1; cut < piece.Length; cut++)
            {
                if (lookup.TryGetValue(piece.AsSpan(0, cut), out int left) && lookup.TryGetValue(piece.AsSpan(cut), out int right))
                    merges.Add(new MergeRule(left, right, whole));
            }
        }

        return [.. merges.OrderByDescending(merge => scores[merge.Id]).ThenBy(merge => merge.Id).ThenBy(merge => merge.Left).ThenBy(merge => merge.Right)];
    }
}
