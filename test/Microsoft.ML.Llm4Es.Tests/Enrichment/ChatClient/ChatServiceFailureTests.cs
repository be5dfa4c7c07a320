using System.Diagnostics;
using static Microsoft.ML.Llm4Es.Tests.Enrichment.ChatServer;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

/// <summary>What services do besides answering.</summary>
public sealed class ChatServiceFailureTests
{
    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    public async Task Enrich_WhereTheServiceIsBusyOrFails_AsksAgain(int status)
    {
        await using var server = new ChatServer(request => request.Index < 3 ? Reply.Error(status) : Reply.Of("done"));

        Assert.Equal("done", Assert.Single(await AskAsync(server)).Text);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task Enrich_WaitsAsLongAsTheServiceAsks()
    {
        await using var server = new ChatServer(request => request.Index == 0 ? Reply.Error(429, retryAfter: "1") : Reply.Of("done"));

        long started = Stopwatch.GetTimestamp();
        // Without the header the second attempt would come after an hour.
        await AskAsync(server, options => options.RetryDelay = TimeSpan.FromHours(1));

        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromSeconds(0.9));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Enrich_WhereAnAnswerTakesTooLong_AsksAgain()
    {
        await using var server = new ChatServer(async request =>
        {
            if (request.Index == 0) await Task.Delay(TimeSpan.FromSeconds(6));
            return Reply.Of("done");
        });

        Assert.Equal("done", Assert.Single(await AskAsync(server, options => options.Timeout = TimeSpan.FromSeconds(3))).Text);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Enrich_WhereTheServiceIsDown_SaysHowToGoOn()
    {
        Uri address;
        await using (var server = new ChatServer(_ => Reply.Of("first"))) address = server.Address;

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => AskAtAsync(address, options => options.MaxAttempts = 3));

        Assert.Contains("The service did not answer 3 times", error.Message, StringComparison.Ordinal);
        Assert.Contains("fit again to go on", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>proxy error</html>")]
    [InlineData("{\"choices\":[]}")]
    [InlineData("{\"id\":\"1\",\"choices\":[{\"index\":0,\"mess")]
    public async Task Enrich_OfGarbage_AsksAgain(string body)
    {
        await using var server = new ChatServer(request => request.Index == 0 ? Reply.Garbage(body) : Reply.Of("done"));

        Assert.Equal("done", Assert.Single(await AskAsync(server)).Text);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    public async Task Enrich_WhereTheServiceWillNeverAnswer_ThrowsAtOnce(int status)
    {
        await using var server = new ChatServer(_ => Reply.Error(status));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(server));

        Assert.Contains($"The service answers with an error: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("Check its address, the key and the model's name.", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Enrich_OfATextThatTheServiceRefuses_GoesOnWithTheOthers()
    {
        await using var server = new ChatServer(request => request.Text == "text 3" ? Reply.Error(400) : Reply.Of(request.Text));

        List<EnrichmentResponse> responses = await AskAsync(server, texts: 6);

        Assert.Equal(["text 3"], responses.Where(response => response.Text is null).Select(response => response.Request.Text));
        Assert.Equal(6, responses.Count);
    }

    [Fact]
    public async Task Enrich_WhereTheServiceRefusesAll_SaysSo()
    {
        await using var server = new ChatServer(_ => Reply.Error(400));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(server, texts: 50));

        Assert.Contains("The service refuses every request", error.Message, StringComparison.Ordinal);
        Assert.InRange(server.Requests.Count, 10, 20);
    }

    [Fact]
    public async Task Enrich_KeepsToTheRate()
    {
        await using var server = new ChatServer(request => Reply.Of(request.Text));

        long started = Stopwatch.GetTimestamp();
        await AskAsync(server, options => options.RequestsPerMinute = 600, texts: 6);

        // Five gaps of a tenth of a second.
        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromSeconds(0.45));
    }

    private static Task<List<EnrichmentResponse>> AskAsync(ChatServer server, Action<ChatClientEnricherOptions>? change = null, int texts = 1) =>
        AskAtAsync(server.Address, change, texts);

    private static async Task<List<EnrichmentResponse>> AskAtAsync(Uri address, Action<ChatClientEnricherOptions>? change = null, int texts = 1)
    {
        var options = new ChatClientEnricherOptions { SystemPrompt = "", UserPrompt = "{text}", RetryDelay = TimeSpan.FromMilliseconds(1), Concurrency = 2 };
        change?.Invoke(options);
        using var enricher = new ChatClientEnricher(NewClient(address), options);
        var responses = new List<EnrichmentResponse>();
        EnrichmentRequest[] requests = [.. Enumerable.Range(1, texts).Select(text => new EnrichmentRequest($"text {text}", 0))];
        await foreach (EnrichmentResponse response in enricher.EnrichAsync(requests, TestContext.Current.CancellationToken)) responses.Add(response);
        return responses;
    }
}
