using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The pieces that become tokens as a whole, the most frequent first.</summary>
internal sealed class WholePieces
{
    private readonly string[] _pieces;
    private readonly HashSet<string> _set;

    private WholePieces(string[] pieces)
    {
        _pieces = pieces;
        _set = new HashSet<string>(pieces, StringComparer.Ordinal);
    }

    public int Count => _pieces.Length;

    /// <param name="counts">How often each piece occurs.</param>
    /// <param name="options">How many become tokens, and how often one must occur.</param>
    /// <param name="taken">How many tokens there are already.</param>
    public static WholePieces Choose(IReadOnlyDictionary<string, long> counts, BytePairTrainerOptions options, int taken) => new(
    [
        .. counts.Where(piece => piece.Value >= options.WholePieceFrequency && Encoding.UTF8.GetByteCount(piece.Key) > 1)
            .OrderByDescending(piece => piece.Value)
            .ThenBy(piece => piece.Key, StringComparer.Ordinal)
            .Take(Math.Min(options.WholePieces, options.VocabularySize - taken))
            .Select(piece => piece.Key),
    ]);

    /// <summary>Whole pieces need no merges but for the sake of pieces like them, so each counts as if it occurred once.</summary>
    public IReadOnlyDictionary<string, long> CountOnce(IReadOnlyDictionary<string, long> counts) =>
        Count == 0 ? counts : counts.ToDictionary(piece => piece.Key, piece => _set.Contains(piece.Key) ? 1 : piece.Value, StringComparer.Ordinal);

    /// <summary>Appends the pieces, spelt in the byte-level alphabet, but for those that merges have made.</summary>
    public void AddTo(List<string> tokens)
    {
        var known = new HashSet<string>(tokens, StringComparer.Ordinal);
        tokens.AddRange(_pieces.Select(Spell).Where(known.Add));
    }

    private static string Spell(string piece) => string.Concat(Encoding.UTF8.GetBytes(piece).Select(value => ByteLevelAlphabet.ByByte[value]));
}
