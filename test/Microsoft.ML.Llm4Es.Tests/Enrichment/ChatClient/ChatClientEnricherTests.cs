using System.Text.Json.Nodes;
using static Microsoft.ML.Llm4Es.Tests.Enrichment.ChatServer;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

/// <summary>Against a server on this machine, through OpenAI's own client.</summary>
public sealed class ChatClientEnricherTests
{
    private static readonly string[] Texts = ["category|amount\nFuel, 40", "category|amount\nFood, 18.75"];

    [Fact]
    public async Task Enrich_SendsThePapersPromptAndSettings()
    {
        await using var server = new ChatServer(_ => Reply.Of("Fuel for 40"));
        using var enricher = new ChatClientEnricher(server.NewClient());

        EnrichmentResponse response = Assert.Single(await AskAsync(enricher, [new EnrichmentRequest(Texts[0], 0)]));

        Request request = Assert.Single(server.Requests);
        Assert.Contains("an assistant specialised in transforming text data", request.Message("system"), StringComparison.Ordinal);
        Assert.Contains("Keep ALL events", request.Message("user"), StringComparison.Ordinal);
        Assert.EndsWith(Texts[0], request.Message("user"), StringComparison.Ordinal);
        Assert.Equal((0.6f, 0.9f, 8192), ((float)request.Body["temperature"]!, (float)request.Body["top_p"]!, (int)(request.Body["max_completion_tokens"] ?? request.Body["max_tokens"])!));
        Assert.Equal(("Fuel for 40", 10, 5), (response.Text, response.InputTokens, response.OutputTokens));
    }

    [Fact]
    public async Task Enrich_SendsTheUsersPromptAndSettings()
    {
        await using var server = new ChatServer(_ => Reply.Of("x"));
        using var enricher = new ChatClientEnricher(server.NewClient(), new ChatClientEnricherOptions
        {
            SystemPrompt = "",
            UserPrompt = "Say {text} again",
            Model = "other-model",
            Temperature = 1,
            TopP = 0.5f,
            MaxOutputTokens = 7,
            InputTokenPrice = 1_000m,
            OutputTokenPrice = 2_000m,
        });

        EnrichmentResponse response = Assert.Single(await AskAsync(enricher, [new EnrichmentRequest("it", 0)]));

        JsonNode body = Assert.Single(server.Requests).Body;
        Assert.Equal("Say it again", Assert.Single(body["messages"]!.AsArray())!["content"]!.ToString());
        Assert.Equal(("other-model", 1f, 0.5f), ((string)body["model"]!, (float)body["temperature"]!, (float)body["top_p"]!));
        Assert.Equal(0.02m, response.Cost);
    }

    [Fact]
    public async Task Enrich_AsksForEachVariantWithAnotherSeed_AtOnceAsOftenAsAllowed()
    {
        await using var server = new ChatServer(async request =>
        {
            await Task.Delay(30);
            return Reply.Of(request.Text);
        });
        using var enricher = new ChatClientEnricher(server.NewClient(), Options(concurrency: 3));

        List<EnrichmentResponse> responses = await AskAsync(enricher, [.. Enumerable.Range(0, 12).Select(variant => new EnrichmentRequest(Texts[0], variant))]);

        Assert.Equal(Enumerable.Range(0, 12), responses.Select(response => response.Request.Variant).Order());
        Assert.Equal(12, server.Requests.Select(request => (long)request.Body["seed"]!).Distinct().Count());
        Assert.InRange(server.MostUnderWay, 2, 3);
    }

    [Fact]
    public async Task Enrich_ShowsEachTextToRedactFirst()
    {
        await using var server = new ChatServer(request => Reply.Of(request.Text));
        ChatClientEnricherOptions options = Options();
        options.Redact = text => text.Replace("Ilse", "[name]", StringComparison.Ordinal).Replace("Jan", "[name]", StringComparison.Ordinal);
        using var enricher = new ChatClientEnricher(server.NewClient(), options);

        List<EnrichmentResponse> responses = await AskAsync(enricher, [new EnrichmentRequest("name\nIlse", 0), new EnrichmentRequest("name\nJan", 0)]);

        Assert.Equal("name\n[name]", Assert.Single(server.Requests).Text);
        Assert.Equal(["name\nIlse", "name\nJan"], responses.Select(response => response.Request.Text).Order());
        Assert.All(responses, response => Assert.Equal(("name\n[name]", "name\n[name]"), (response.Source, response.Text)));
        Assert.Equal(10, responses.Sum(response => response.InputTokens));
    }

    [Theory]
    [InlineData("length")]
    [InlineData("content_filter")]
    public async Task Enrich_OfAnAnswerThatWasCutOff_GivesNoText(string finish)
    {
        await using var server = new ChatServer(_ => Reply.Of("Fuel fo", finish));
        using var enricher = new ChatClientEnricher(server.NewClient(), Options());

        EnrichmentResponse response = Assert.Single(await AskAsync(enricher, [new EnrichmentRequest(Texts[0], 0)]));

        Assert.Equal((null, 5), (response.Text, response.OutputTokens));
    }

    [Fact]
    public async Task Budget_OfRequests_StopsCleanly()
    {
        await using var server = new ChatServer(request => Reply.Of(request.Text));
        ChatClientEnricherOptions options = Options();
        options.MaxRequests = 5;
        using var enricher = new ChatClientEnricher(server.NewClient(), options);
        var run = new EnrichmentRun(enricher, variants: 4);

        await foreach (EnrichedText _ in run.RunAsync(Texts, TestContext.Current.CancellationToken))
        {
        }

        Assert.Equal((5, 3, 5), (run.Totals.Kept, run.Totals.Unanswered, server.Requests.Count));
    }

    [Fact]
    public async Task Budget_OfTokens_FinishesWhatIsUnderWay()
    {
        await using var server = new ChatServer(request => Reply.Of(request.Text, inputTokens: 30, outputTokens: 20));
        ChatClientEnricherOptions options = Options(concurrency: 1);
        options.MaxTokens = 120;
        using var enricher = new ChatClientEnricher(server.NewClient(), options);

        Assert.Equal(3, (await AskAsync(enricher, [.. Enumerable.Range(0, 9).Select(variant => new EnrichmentRequest(Texts[0], variant))])).Count);
    }

    [Fact]
    public async Task Enrich_IsCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = new ChatServer(async request =>
        {
            await cancellation.CancelAsync();
            return Reply.Of(request.Text);
        });
        using var enricher = new ChatClientEnricher(server.NewClient(), Options(concurrency: 2));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (EnrichmentResponse _ in enricher.EnrichAsync([.. Enumerable.Range(0, 100).Select(variant => new EnrichmentRequest("a", variant))], cancellation.Token))
            {
            }
        });
        Assert.InRange(server.Requests.Count, 1, 4);
    }

    [Fact]
    public void Options_ValidateWhereTheyAreSet()
    {
        var options = new ChatClientEnricherOptions();

        Assert.Contains("The prompt has no {text}", Assert.Throws<ArgumentException>(() => options.UserPrompt = "Rewrite").Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.Temperature = 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.TopP = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxOutputTokens = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.Concurrency = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.RequestsPerMinute = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.TokensPerMinute = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxAttempts = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.RetryDelay = TimeSpan.FromSeconds(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.Timeout = TimeSpan.Zero);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxRequests = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxTokens = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.InputTokenPrice = -1);
    }

    private static ChatClientEnricherOptions Options(int concurrency = 4) => new() { SystemPrompt = "", UserPrompt = "{text}", Concurrency = concurrency };

    private static async Task<List<EnrichmentResponse>> AskAsync(ChatClientEnricher enricher, EnrichmentRequest[] requests)
    {
        var responses = new List<EnrichmentResponse>();
        await foreach (EnrichmentResponse response in enricher.EnrichAsync(requests, TestContext.Current.CancellationToken)) responses.Add(response);
        return responses;
    }
}
