namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Finds which of a field's counted words a value holds.</summary>
internal sealed class WordIndex
{
    private readonly KeptByValue<int[]> _kept;

    public WordIndex(string[] words)
    {
        Dictionary<string, int> index = words.Select((word, i) => (word, i)).ToDictionary(pair => pair.word, pair => pair.i);
        _kept = new(value => [.. Words.Of(value).Where(index.ContainsKey).Select(word => index[word])]);
    }

    public int[] Find(ReadOnlySpan<char> value) => _kept.Get(value);
}
