using static Microsoft.ML.Llm4Es.Tests.Enrichment.ChatServer;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

public sealed class AnswerCacheTests : IDisposable
{
    private static readonly string[] Texts = ["category|amount\nFuel, 40", "category|amount\nFood, 18.75", "category|amount\nRent, 900"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es-cache-");

    private string CachePath => Path.Combine(_folder.FullName, "answers", "cache.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Run_AfterARestart_AsksForNothingTwice()
    {
        await using var server = new ChatServer(request => Reply.Of(request.Index == 1 ? "nothing faithful" : request.Text));
        EnrichmentTotals interrupted = await RunAsync(server, maxRequests: 4), resumed = await RunAsync(server), again = await RunAsync(server);

        Assert.Equal((0, 0), (resumed.Unanswered, resumed.Dropped));
        // Six variants, and one that was written twice.
        Assert.Equal((7, 6, 6), (server.Requests.Count, resumed.Kept, again.Kept));
        Assert.True(interrupted.Unanswered > 0);
        Assert.Equal((0, 0), (again.InputTokens, again.OutputTokens));
    }

    [Fact]
    public async Task Run_AfterTheServiceFailed_GoesOn()
    {
        bool isDown = true;
        await using var server = new ChatServer(request => isDown && request.Index >= 3 ? Reply.Error(503) : Reply.Of(request.Text));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(server, change: options => options.MaxAttempts = 1));
        int answered = File.ReadLines(CachePath).Count(), asked = server.Requests.Count;
        isDown = false;

        EnrichmentTotals totals = await RunAsync(server);

        Assert.InRange(answered, 1, 3);
        Assert.Equal((6, 6 - answered), (totals.Kept, server.Requests.Count - asked));
    }

    [Fact]
    public async Task Run_WithOtherSettings_AsksAnew()
    {
        await using var server = new ChatServer(request => Reply.Of(request.Text));
        await RunAsync(server);
        await RunAsync(server, change: options => options.Temperature = 0.1f);
        await RunAsync(server, change: options => options.UserPrompt = "again {text}");
        await RunAsync(server, change: options => options.Model = "another");

        Assert.Equal(24, server.Requests.Count);
    }

    [Fact]
    public async Task Run_AfterALineWasCutOff_AsksForThatOneOnly()
    {
        await using var server = new ChatServer(request => Reply.Of(request.Text));
        await RunAsync(server);
        byte[] bytes = await File.ReadAllBytesAsync(CachePath, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(CachePath, bytes[..^9], TestContext.Current.CancellationToken);

        EnrichmentTotals totals = await RunAsync(server);

        Assert.Equal((7, 6), (server.Requests.Count, totals.Kept));
        Assert.Equal(bytes.Length, new FileInfo(CachePath).Length);
        Assert.Equal(6, File.ReadLines(CachePath).Count());
    }

    [Fact]
    public async Task Run_WithAFileThatIsNoCache_SaysSo()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(CachePath)!);
        await File.WriteAllTextAsync(CachePath, "id,label\n1,2\n", TestContext.Current.CancellationToken);
        await using var server = new ChatServer(request => Reply.Of(request.Text));

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync(server));

        Assert.Contains("line 1 is no cached answer", error.Message, StringComparison.Ordinal);
        Assert.Equal("id,label\n1,2\n", await File.ReadAllTextAsync(CachePath, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Run_WhoseCacheIsOpenElsewhere_SaysSo()
    {
        await using var server = new ChatServer(request => Reply.Of(request.Text));
        using var other = new AnswerCache(CachePath);

        var error = await Assert.ThrowsAsync<IOException>(() => RunAsync(server));

        Assert.Contains(CachePath, error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Cache_HoldsAnswersAndNoQuestions()
    {
        await using var server = new ChatServer(_ => Reply.Of("an answer"));
        await RunAsync(server);

        string cache = await File.ReadAllTextAsync(CachePath, TestContext.Current.CancellationToken);

        Assert.Contains("an answer", cache, StringComparison.Ordinal);
        Assert.DoesNotContain("Fuel", cache, StringComparison.Ordinal);
    }

    private async Task<EnrichmentTotals> RunAsync(ChatServer server, int? maxRequests = null, Action<ChatClientEnricherOptions>? change = null)
    {
        var options = new ChatClientEnricherOptions { SystemPrompt = "", UserPrompt = "{text}", CachePath = CachePath, MaxRequests = maxRequests, Concurrency = 2 };
        change?.Invoke(options);
        using var enricher = new ChatClientEnricher(server.NewClient(), options);
        var run = new EnrichmentRun(enricher, variants: 2);
        await foreach (EnrichedText _ in run.RunAsync(Texts, TestContext.Current.CancellationToken))
        {
        }

        return run.Totals;
    }
}
