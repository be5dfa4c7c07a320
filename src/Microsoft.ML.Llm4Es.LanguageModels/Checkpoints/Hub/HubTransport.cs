namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// The places where a download waits: for an answer, for bytes, for time to pass. One kind waits asynchronously; the other blocks the calling thread and
/// returns tasks that are complete, so that the one implementation of the protocol runs from start to end on the caller's thread.
/// </summary>
internal abstract class HubTransport
{
    // Redirects are followed by hand: only so can the token be kept from other servers, and the checksum be read that only the first answer names.
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    internal static HubTransport Asynchronous { get; } = new AsynchronousTransport();

    internal static HubTransport Blocking { get; } = new BlockingTransport();

    /// <summary>Sends a request; returns when the headers of the answer are there.</summary>
    internal abstract ValueTask<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation);

    /// <summary>Reads what there is, at least one byte; 0 at the end.</summary>
    internal abstract ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellation);

    internal abstract ValueTask DelayAsync(TimeSpan time, CancellationToken cancellation);

    /// <summary>The result of a method that waited through <see cref="Blocking"/> alone and has therefore run to its end: nothing is waited for here.</summary>
    internal static T ResultOf<T>(Task<T> completed) =>
        completed.IsCompleted ? completed.GetAwaiter().GetResult() : throw new InvalidOperationException("Something else than the transport was waited for.");

    private sealed class AsynchronousTransport : HubTransport
    {
        internal override async ValueTask<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
            await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);

        internal override ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellation) => stream.ReadAsync(buffer, cancellation);

        internal override async ValueTask DelayAsync(TimeSpan time, CancellationToken cancellation) => await Task.Delay(time, cancellation).ConfigureAwait(false);
    }

    /// <summary>Blocks; its tasks are complete when they are returned.</summary>
    private sealed class BlockingTransport : HubTransport
    {
        internal override ValueTask<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
            ValueTask.FromResult(Client.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellation));

        internal override ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellation) => ValueTask.FromResult(stream.Read(buffer.Span));

        internal override ValueTask DelayAsync(TimeSpan time, CancellationToken cancellation)
        {
            cancellation.WaitHandle.WaitOne(time);
            cancellation.ThrowIfCancellationRequested();
            return ValueTask.CompletedTask;
        }
    }
}
