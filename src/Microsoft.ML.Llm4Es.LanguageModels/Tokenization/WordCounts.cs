using System.Runtime.InteropServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Counts the different pieces of texts.</summary>
internal sealed class WordCounts : IPieceSink
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public WordCounts() => _lookup = _counts.GetAlternateLookup<ReadOnlySpan<char>>();

    public int Count => _counts.Count;

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public void Take(AlignedText piece) => CollectionsMarshal.GetValueRefOrAddDefault(_lookup, piece.Text, out _)++;
}
