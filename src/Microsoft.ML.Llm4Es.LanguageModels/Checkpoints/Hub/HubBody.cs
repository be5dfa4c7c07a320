namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The content of an answer. A connection that breaks or says nothing for too long is a transient failure.</summary>
internal sealed class HubBody : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly HubTransport _transport;
    private readonly TimeSpan _timeout;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenSource _stalled;
    private readonly CancellationTokenRegistration _abort;
    private readonly Stream _stream;

    internal HubBody(HttpResponseMessage response, HubTransport transport, TimeSpan timeout, CancellationToken cancellation)
    {
        _response = response;
        _transport = transport;
        _timeout = timeout;
        _cancellation = cancellation;
        _stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

        // A blocking read knows no token: closing the connection ends it.
        _abort = _stalled.Token.Register(response.Dispose);
        _stream = response.Content.ReadAsStream(cancellation);
    }

    /// <summary>Gets where in the file the content starts: 0 unless the server has heeded a range.</summary>
    internal long Start => _response.Content.Headers.ContentRange?.From ?? 0;

    /// <summary>Gets the length of the whole file where the server names it.</summary>
    internal long? FileLength => _response.Content.Headers.ContentRange is { } range ? range.Length : _response.Content.Headers.ContentLength;

    /// <summary>Reads what there is, at least one byte; 0 at the end.</summary>
    internal async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        _stalled.CancelAfter(_timeout);
        try
        {
            return await _transport.ReadAsync(_stream, buffer, _stalled.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException or HttpRequestException)
        {
            _cancellation.ThrowIfCancellationRequested();
            string problem = _stalled.IsCancellationRequested ? $"sent nothing for {_timeout.TotalSeconds:g4} seconds" : "closed the connection too early";
            throw new TransientHubException($"{_response.RequestMessage?.RequestUri?.Host} {problem}.", failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _abort.Dispose();
        _stalled.Dispose();
        _response.Dispose();
    }
}
