namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The merges that give what SentencePiece gives: it has scores instead, and joins the neighbours whose joint piece has the highest.</summary>
internal static class GgufSentencePieceMerges
{
    /// <summary>
    /// Every way to put a piece together from two others, best score first, then by ids, as the converter of transformers lists them
    /// (<c>SentencePieceExtractor</c> in convert_slow_tokenizer.py). Control, unknown and byte tokens are never the result of a merge.
    /// </summary>
    public static IEnumerable<(string Left, string Right)> Of(IReadOnlyList<string> tokens, IReadOnlyList<float> scores, IReadOnlyList<GgufTokenKind> kinds)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < tokens.Count; id++)
        {
            if (kinds[id] is GgufTokenKind.Normal or GgufTokenKind.UserDefined) ids.TryAdd(tokens[id], id);
        }

        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var merges = new List<(int Whole, int Left, int Right)>();
        foreach ((string piece, int whole) in ids)
        {
            for (int split = 1; split < piece.Length; split++)
            {
                if (lookup.TryGetValue(piece.AsSpan(0, split), out int left) && lookup.TryGetValue(piece.AsSpan(split), out int right))
                    merges.Add((whole, left, right));
            }
        }

        return merges
            .OrderByDescending(merge => scores[merge.Whole]).ThenBy(merge => merge.Whole).ThenBy(merge => merge.Left).ThenBy(merge => merge.Right)
            .Select(merge => (tokens[merge.Left], tokens[merge.Right]));
    }
}
