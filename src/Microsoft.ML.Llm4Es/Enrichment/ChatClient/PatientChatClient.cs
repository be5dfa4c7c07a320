using Microsoft.Extensions.AI;

namespace Microsoft.ML.Llm4Es;

/// <summary>A chat client that keeps to rates, and asks again where the service is busy, fails or takes too long.</summary>
internal sealed class PatientChatClient(IChatClient client, ChatClientEnricherOptions options, TimeProvider time)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    private readonly RateLimit _rate = new(options.RequestsPerMinute, options.TokensPerMinute, time);

    /// <exception cref="InvalidOperationException">The service did not answer.</exception>
    public async Task<ChatResponse> GetResponseAsync(IReadOnlyList<ChatMessage> messages, ChatOptions chatOptions, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            await _rate.WaitAsync(cancellationToken).ConfigureAwait(false);
            TimeSpan pause;
            try
            {
                ChatResponse response = await AttemptAsync(messages, chatOptions, cancellationToken).ConfigureAwait(false);
                _rate.Spend((response.Usage?.InputTokenCount ?? 0) + (response.Usage?.OutputTokenCount ?? 0));
                return response;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && !ServiceFailure.Of(exception).IsRefusal)
            {
                ServiceFailure failure = ServiceFailure.Of(exception);
                if (!failure.IsTransient)
                    throw new InvalidOperationException($"The service answers with an error: {exception.Message} Check its address, the key and the model's name.", exception);
                if (attempt == options.MaxAttempts)
                {
                    throw new InvalidOperationException(
                        $"The service did not answer {attempt} times: {exception.Message} Answers so far are in the cache, if CachePath is set; fit again to go on.", exception);
                }

                pause = Pause(attempt, failure);
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ChatResponse> AttemptAsync(IReadOnlyList<ChatMessage> messages, ChatOptions chatOptions, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await client.GetResponseAsync(messages, chatOptions, cancellation.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {options.Timeout}", exception);
        }
    }

    /// <summary>What the service asks for; else twice as long each time, and up to half of it more, so that requests that failed together do not come again together.</summary>
    private TimeSpan Pause(int attempt, ServiceFailure failure)
    {
        if (failure.RetryAfter is { } asked) return asked;
        TimeSpan pause = options.RetryDelay * Math.Pow(2, attempt - 1) * (1 + Random.Shared.NextDouble() / 2);
        return pause < LongestPause ? pause : LongestPause;
    }
}
