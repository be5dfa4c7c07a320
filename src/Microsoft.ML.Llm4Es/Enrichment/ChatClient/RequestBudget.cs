namespace Microsoft.ML.Llm4Es;

/// <summary>How many requests and tokens may be spent. Safe for several threads.</summary>
internal sealed class RequestBudget(int? maxRequests, long? maxTokens)
{
    private readonly Lock _lock = new();
    private int _requests;
    private long _tokens;

    /// <summary>Takes a request out of the budget; false where it is spent.</summary>
    public bool TryTakeRequest()
    {
        lock (_lock)
        {
            if (_requests >= (maxRequests ?? int.MaxValue) || _tokens >= (maxTokens ?? long.MaxValue)) return false;
            _requests++;
            return true;
        }
    }

    public void Spend(long tokens)
    {
        lock (_lock) _tokens += tokens;
    }
}
