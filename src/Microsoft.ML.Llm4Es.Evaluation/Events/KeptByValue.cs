namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What is made of a value, made once for a value that comes again; of so many values at most that memory stays bounded.</summary>
internal sealed class KeptByValue<T>(Func<string, T> make)
{
    private const int MaxKept = 10_000;

    private readonly Dictionary<string, T> _kept = [];

    public T Get(ReadOnlySpan<char> value)
    {
        Dictionary<string, T>.AlternateLookup<ReadOnlySpan<char>> kept = _kept.GetAlternateLookup<ReadOnlySpan<char>>();
        if (kept.TryGetValue(value, out T? found)) return found;

        if (_kept.Count >= MaxKept) _kept.Clear();
        string key = value.ToString();
        return _kept[key] = make(key);
    }
}
