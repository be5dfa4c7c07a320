using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

/// <summary>An OpenAI-compatible chat server on this machine, which answers as a test says.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly Func<Request, Task<Reply>> _answer;
    private readonly List<Request> _requests = [];
    private readonly Task _serving;
    private int _underWay;

    public ChatServer(Func<Request, Reply> answer)
        : this(request => Task.FromResult(answer(request)))
    {
    }

    public ChatServer(Func<Request, Task<Reply>> answer)
    {
        _answer = answer;
        (_listener, Address) = Listen();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    public IReadOnlyList<Request> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public int MostUnderWay { get; private set; }

    /// <summary>OpenAI's own client, without its own retries.</summary>
    public static IChatClient NewClient(Uri address) =>
        new OpenAIClient(new ApiKeyCredential("key"), new OpenAIClientOptions { Endpoint = address, RetryPolicy = new ClientRetryPolicy(0) }).GetChatClient("test-model").AsIChatClient();

    public IChatClient NewClient() => NewClient(Address);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private static (HttpListener Listener, Uri Address) Listen()
    {
        while (true)
        {
            var address = new Uri($"http://127.0.0.1:{FreePort()}/v1/");
            var listener = new HttpListener();
            listener.Prefixes.Add(address.AbsoluteUri);
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException)
            {
                // Another process took the port since it was found free.
                listener.Close();
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        var answering = new List<Task>();
        try
        {
            while (true) answering.Add(AnswerAsync(await _listener.GetContextAsync()));
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            await Task.WhenAll(answering);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        JsonNode body = (await JsonNode.ParseAsync(context.Request.InputStream))!;
        Request request;
        lock (_requests)
        {
            request = new Request(_requests.Count, body);
            _requests.Add(request);
            MostUnderWay = Math.Max(MostUnderWay, ++_underWay);
        }

        Reply reply = await _answer(request);
        lock (_requests) _underWay--;
        try
        {
            context.Response.StatusCode = reply.Status;
            context.Response.ContentType = "application/json";
            if (reply.RetryAfter is { } seconds) context.Response.AddHeader("Retry-After", seconds);
            await context.Response.OutputStream.WriteAsync(reply.Body);
            context.Response.Close();
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The client has gone, as it does where an answer takes too long.
        }
    }

    /// <param name="Index">How many requests came before.</param>
    /// <param name="Body">What was sent.</param>
    internal sealed record Request(int Index, JsonNode Body)
    {
        public string Message(string role) => Body["messages"]!.AsArray().Single(message => (string)message!["role"]! == role)!["content"]!.ToString();

        /// <summary>The text, where the prompt is "{text}".</summary>
        public string Text => Message("user");
    }

    internal sealed record Reply(int Status, byte[] Body, string? RetryAfter = null)
    {
        public static Reply Of(string text, string finish = "stop", int inputTokens = 10, int outputTokens = 5) => new(200, JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = "1",
            @object = "chat.completion",
            created = 1,
            model = "test-model",
            choices = new[] { new { index = 0, message = new { role = "assistant", content = text }, finish_reason = finish } },
            usage = new { prompt_tokens = inputTokens, completion_tokens = outputTokens, total_tokens = inputTokens + outputTokens },
        }));

        public static Reply Error(int status, string? retryAfter = null) =>
            new(status, JsonSerializer.SerializeToUtf8Bytes(new { error = new { message = $"status {status} of the test", type = "test" } }), retryAfter);

        public static Reply Garbage(string body) => new(200, System.Text.Encoding.UTF8.GetBytes(body));
    }
}
