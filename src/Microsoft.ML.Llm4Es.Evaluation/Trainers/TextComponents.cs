using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// Values of a vector that are components of texts, the leading ones first: singular vectors of a bag of terms (TF-IDF), and a language model's token embeddings, which begin as such
/// (<see cref="TokenEmbeddingInitialization.LatentSemantic"/>). They are told by the names of their slots.
/// </summary>
internal static class TextComponents
{
    private const string Component = ": component ";

    /// <summary>Into how many pieces they are cut: none, halves, quarters and eighths.</summary>
    private static readonly int[] PieceCounts = [1, 2, 4, 8];

    /// <summary>The slots' names, such as <c>terms: component 0</c>.</summary>
    public static IEnumerable<string> Names(string terms, int count) => Enumerable.Range(0, count).Select(i => terms + Component + i.ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// What a blend learns from a vector: the components in it, their halves, quarters and eighths, and the whole. The leading ones tell most, and how many of them help depends on the label and on
    /// how many rows there are. What upper layers tell is spread over all of their values, and is not cut. What they tell of the last token, at the vector's end, is a view of its own, and not in the whole.
    /// </summary>
    /// <param name="slotNames">What each value of the vector is; empty where that is not known.</param>
    public static IReadOnlyList<Range> Views(IReadOnlyList<string> slotNames)
    {
        int start = slotNames.TakeWhile(name => !IsComponent(name)).Count();
        int count = slotNames.Skip(start).TakeWhile(IsComponent).Count();
        int end = slotNames.Count - slotNames.Reverse().TakeWhile(IsOfLastToken).Count();
        Range[] last = end > 0 && end < slotNames.Count ? [end.., 0..end] : [Range.All];
        return [.. PieceCounts.Where(pieces => pieces <= count && (pieces > 1 || count < end)).SelectMany(pieces => Pieces(start, count, pieces)), .. last];
    }

    private static IEnumerable<Range> Pieces(int start, int count, int pieces) =>
        Enumerable.Range(0, pieces).Select(i => (start + i * count / pieces)..(start + (i + 1) * count / pieces));

    /// <summary>The names of a vector's slots; empty where it has none.</summary>
    public static IReadOnlyList<string> SlotNames(DataViewSchema.Column column)
    {
        if (!column.HasSlotNames()) return [];
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    /// <summary>A name as <see cref="Names"/> gives, or as the embedder gives a token embedding (PoolingOptions.Names: layer 0 alone); Concatenate puts its column's name before.</summary>
    private static bool IsComponent(string slot) => slot.Contains(Component, StringComparison.Ordinal) || slot.Split('.') is [.., _, "h0", _];

    /// <summary>A name that the embedder gives to <see cref="TokenPooling.Last"/> of other layers than the first.</summary>
    private static bool IsOfLastToken(string slot) => !IsComponent(slot) && slot.Split('.') is [.., "last", ['h', ..], _];
}
