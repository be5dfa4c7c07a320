namespace Microsoft.ML.Llm4Es;

/// <summary>Spreads requests over time, so that neither they nor their tokens exceed what a minute may hold. Safe for several threads.</summary>
internal sealed class RateLimit(int? requestsPerMinute, int? tokensPerMinute, TimeProvider time)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>Waits until the next request may begin.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (requestsPerMinute is null && tokensPerMinute is null) return;

        TimeSpan wait;
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            if (_next < now) _next = now;
            wait = _next - now;
            if (requestsPerMinute is { } limit) _next += TimeSpan.FromMinutes(1d / limit);
        }

        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts the next request off for as long as these tokens fill.</summary>
    public void Spend(long tokens)
    {
        if (tokensPerMinute is not { } limit) return;
        lock (_lock) _next += TimeSpan.FromMinutes((double)tokens / limit);
    }
}
