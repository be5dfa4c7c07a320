namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Counts the distinct values of one event column while fitting.</summary>
/// <param name="kind">What can be done with the values.</param>
/// <param name="maxCategories">How many categories are kept at most; numbers with more distinct values are no categories. With 0, nothing is counted.</param>
internal sealed class CategoryCounter(EventValueKind kind, int maxCategories)
{
    private readonly Dictionary<string, long> _counts = [];
    private bool _tooMany = kind == EventValueKind.Moment || maxCategories == 0;

    public void Add(EventValues values)
    {
        Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> counts = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int i = 0; i < values.Count && !_tooMany; i++)
        {
            ReadOnlySpan<char> category = values.Category(i);
            counts.TryGetValue(category, out long count);
            counts[category] = count + 1;
            _tooMany = kind == EventValueKind.Number && _counts.Count > maxCategories;
        }
    }

    public string[] Categories() => _tooMany ? [] : MostFrequent(_counts);

    /// <summary>The words of values too many to be counted one by one, by how many events have them; none where each value is counted.</summary>
    public string[] FrequentWords()
    {
        if (_counts.Count <= maxCategories || kind != EventValueKind.Category) return [];
        var counts = new Dictionary<string, long>();
        foreach ((string value, long count) in _counts)
            foreach (string word in Words.Of(value))
                counts[word] = counts.GetValueOrDefault(word) + count;
        return MostFrequent(counts);
    }

    /// <summary>The most frequent first; equally frequent ones in the order of text, so that the order of entities does not matter.</summary>
    private string[] MostFrequent(Dictionary<string, long> counts) =>
        [.. counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(maxCategories).Select(pair => pair.Key)];
}
