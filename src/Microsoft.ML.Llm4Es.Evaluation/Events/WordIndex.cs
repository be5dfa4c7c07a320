namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Finds which of a field's counted words a value holds; values that come again are taken apart once.</summary>
internal sealed class WordIndex(string[] words)
{
    private const int MaxKept = 10_000;

    private readonly Dictionary<string, int> _index = words.Select((word, i) => (word, i)).ToDictionary(pair => pair.word, pair => pair.i);
    private readonly Dictionary<string, int[]> _kept = [];

    public int[] Find(ReadOnlySpan<char> value)
    {
        Dictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> kept = _kept.GetAlternateLookup<ReadOnlySpan<char>>();
        if (kept.TryGetValue(value, out int[]? found)) return found;

        if (_kept.Count >= MaxKept) _kept.Clear();
        found = [.. Words.Of(value).Where(_index.ContainsKey).Select(word => _index[word])];
        kept[value] = found;
        return found;
    }
}
