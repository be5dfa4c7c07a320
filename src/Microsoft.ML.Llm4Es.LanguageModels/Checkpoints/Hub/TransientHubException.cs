using System.Net;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A failure that may pass, so that the request is repeated; where it does not pass, the caller gets it.</summary>
internal sealed class TransientHubException(string message, Exception? cause = null, HttpStatusCode? status = null, TimeSpan? retryAfter = null)
    : HttpRequestException(message, cause, status)
{
    /// <summary>How long the server asks to wait.</summary>
    internal TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>Waits longer and longer between repetitions.</summary>
internal sealed class HubBackoff(HubOptions options, HubTransport transport)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);

    private int _failures;

    /// <summary>Forgets the failures so far: something has been achieved since.</summary>
    internal void Reset() => _failures = 0;

    /// <summary>Waits before the next repetition; throws the failure where there have been enough.</summary>
    internal async Task WaitAsync(TransientHubException failure, CancellationToken cancellation)
    {
        if (_failures >= options.MaxRetries)
            throw new HttpRequestException($"{failure.Message} Given up after {_failures + 1} attempts; call again to go on from what has arrived.", failure, failure.StatusCode);

        double doubled = options.RetryDelay.TotalSeconds * Math.Pow(2, Math.Min(_failures, 30));
        TimeSpan delay = TimeSpan.FromSeconds(Math.Min(doubled, LongestDelay.TotalSeconds));
        if (failure.RetryAfter is { } asked) delay = asked < LongestRetryAfter ? asked : LongestRetryAfter;
        _failures++;
        await transport.DelayAsync(delay, cancellation).ConfigureAwait(false);
    }
}
