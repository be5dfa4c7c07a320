namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The words of an entity's events, whatever the field: values that share words are alike, though no entity may have both.</summary>
internal sealed class EventWords(EventPlan plan, EventValues[] values)
{
    private readonly int[] _fields = [.. Enumerable.Range(0, plan.Fields.Length).Where(f => f != plan.TimeField && plan.Fields[f].Kind == EventValueKind.Category)];
    private readonly KeptByValue<string[]> _words = new(value => Words.Of(value));
    private readonly Dictionary<string, int> _counts = [];

    /// <summary>How often the current row has each word; valid until the next call.</summary>
    /// <exception cref="InvalidDataException">The columns have values for different numbers of events.</exception>
    public IReadOnlyDictionary<string, int> Count()
    {
        _counts.Clear();
        EventValues.ReadAll(values, plan);
        for (int i = 0; i < values[0].Count; i++)
        {
            foreach (int f in _fields)
            {
                foreach (string word in _words.Get(values[f].Category(i))) _counts[word] = _counts.GetValueOrDefault(word) + 1;
            }
        }

        return _counts;
    }
}
