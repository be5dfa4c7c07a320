using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A request as it came over the wire.</summary>
internal sealed record HttpServerRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers);

/// <summary>An answer.</summary>
internal sealed record HttpServerReply(int Status, byte[]? Body = null)
{
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>After how many bytes of the body the connection is closed; null: after all.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Whether the body's end is never sent, nor the connection closed, until the server is.</summary>
    public bool Stalls { get; init; }
}

/// <summary>A server on a port of its own on this machine, over which a test has full control: one answer a connection.</summary>
internal sealed class HttpServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Func<HttpServerRequest, HttpServerReply> _reply;

    internal HttpServer(Func<HttpServerRequest, HttpServerReply> reply)
    {
        _reply = reply;
        _listener.Start();
        Uri = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _ = AcceptAsync();
    }

    internal Uri Uri { get; }

    /// <summary>All requests so far.</summary>
    internal ConcurrentQueue<HttpServerRequest> Requests { get; } = [];

    public void Dispose()
    {
        _closing.Cancel();
        _listener.Dispose();
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        CancellationToken closing = _closing.Token;
        while (!closing.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(closing);
                _ = ServeAsync(client, closing);
            }
            catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken closing)
    {
        using (client)
        {
            try
            {
                using NetworkStream stream = client.GetStream();
                HttpServerRequest request = await ReadAsync(stream, closing);
                Requests.Enqueue(request);
                await WriteAsync(stream, request, _reply(request), closing);
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException)
            {
                // The client has gone, as some tests want it.
            }
        }
    }

    private static async Task<HttpServerRequest> ReadAsync(NetworkStream stream, CancellationToken closing)
    {
        using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
        string[] first = (await reader.ReadLineAsync(closing) ?? throw new EndOfStreamException()).Split(' ');
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(closing) is { Length: > 0 } line)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return new(first[0], first[1], headers);
    }

    private static async Task WriteAsync(NetworkStream stream, HttpServerRequest request, HttpServerReply reply, CancellationToken closing)
    {
        byte[] body = reply.Body ?? [];
        StringBuilder head = new();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} Reply\r\nConnection: close\r\nContent-Length: {body.Length}\r\n");
        foreach ((string name, string value) in reply.Headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), closing);
        if (request.Method == "HEAD") return;

        await stream.WriteAsync(body.AsMemory(0, reply.CutAfter ?? body.Length), closing);
        if (reply.Stalls) await Task.Delay(Timeout.Infinite, closing);
    }
}
