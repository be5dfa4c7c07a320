using Microsoft.Extensions.AI;
using Microsoft.ML.Llm4Es.LanguageModels;
using Microsoft.ML.Llm4Es.LanguageModels.Tests;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

/// <summary>With a real instruction-tuned model, small enough to write nonsense now and then: what is tested is that it writes, repeatably, and is checked.</summary>
[Trait("Category", "Reference")]
public sealed class LanguageModelEnricherTests
{
    private static readonly string[] Texts = ["category|amount\nFuel, 40\nFood, 18", "category|amount\nRent, 900"];

    [Fact]
    public async Task Enrich_WritesInABatch()
    {
        List<EnrichmentResponse> responses = await AskAsync(batchSize: 4);

        Assert.Equal(4, responses.Count);
        Assert.All(responses, response => Assert.True(response.InputTokens > 20 && response.OutputTokens > 0, $"{response}"));
        Assert.Contains(responses, response => response.Text?.Length > 0);
    }

    [Fact]
    public async Task Enrich_OneTextAtATime_WritesTheSameEachTime()
    {
        // Which texts share a step of a larger batch depends on time, and so does the rounding of bfloat16 that a draw may hang on.
        List<EnrichmentResponse> first = await AskAsync(batchSize: 1), second = await AskAsync(batchSize: 1);

        Assert.Equal(first.Select(response => response.Text), second.Select(response => response.Text));
    }

    [Fact]
    public async Task Model_BehindAnOpenAICompatibleEndpoint_Enriches()
    {
        using CausalLanguageModel model = CausalLanguageModel.LoadGguf(Directory.GetFiles(Folder(), "*.gguf").Single());
        var generator = new TextGenerator(model, LanguageModelTokenizer.Load(Folder()));
        using var local = new LanguageModelChatClient(generator, ChatTemplate.Parse(await File.ReadAllTextAsync(Path.Combine(Folder(), "chat_template.jinja"), TestContext.Current.CancellationToken)));
        await using var server = new ChatServer(async request =>
        {
            ChatResponse answer = await local.GetResponseAsync(request.Message("user"), new ChatOptions { MaxOutputTokens = (int)(request.Body["max_completion_tokens"] ?? request.Body["max_tokens"])! });
            return ChatServer.Reply.Of(answer.Text, answer.FinishReason == ChatFinishReason.Length ? "length" : "stop", (int)answer.Usage!.InputTokenCount!, (int)answer.Usage.OutputTokenCount!);
        });
        using var enricher = new ChatClientEnricher(server.NewClient(), new ChatClientEnricherOptions { SystemPrompt = "", UserPrompt = "Repeat this table:\n{text}", MaxOutputTokens = 40 });
        var run = new EnrichmentRun(enricher, variants: 1, new EnrichDescriptionsOptions { Unfaithful = UnfaithfulVariant.Repair, MaxRetries = 0 });

        var enriched = new List<EnrichedText>();
        await foreach (EnrichedText item in run.RunAsync(Texts, TestContext.Current.CancellationToken)) enriched.Add(item);

        Assert.Equal(2, server.Requests.Count);
        Assert.All(enriched, item => Assert.True(item.Text is not null && item.Outcome is EnrichmentOutcome.Kept or EnrichmentOutcome.Repaired, $"{item}"));
        Assert.True(run.Totals.OutputTokens > 2);
    }

    [Fact]
    public async Task OpenFromHub_OpensTheModelOfARepository()
    {
        string folder = ReferenceData.Require(ReferenceData.Models, "TinyStories-656K");
        IEnumerable<(string, byte[])> files = Directory.GetFiles(folder).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)));
        using HubServer withTemplate = new(files.Append(("chat_template.jinja", "{{ messages[-1].content }}"u8.ToArray())));
        using HubServer without = new(files);

        using LanguageModelEnricher enricher = await LanguageModelEnricher.OpenFromHubAsync(
            HubServer.Id, withTemplate.Options, new ChatClientEnricherOptions { MaxOutputTokens = 4 }, batchSize: 1, cancellationToken: TestContext.Current.CancellationToken);
        EnrichmentResponse response = Assert.Single(await enricher.EnrichAsync([new EnrichmentRequest(Texts[1], 0)], TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));

        Assert.Equal(4, response.OutputTokens);
        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => LanguageModelEnricher.OpenFromHubAsync(HubServer.Id, without.Options, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains($"'{HubServer.Id}' has no chat template.", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<List<EnrichmentResponse>> AskAsync(int batchSize)
    {
        using LanguageModelEnricher enricher = LanguageModelEnricher.Open(Folder(), new ChatClientEnricherOptions { MaxOutputTokens = 60, UserPrompt = "Say in one short sentence what was bought:\n{text}" }, batchSize);
        EnrichmentRequest[] requests = [.. Texts.SelectMany(text => new[] { new EnrichmentRequest(text, 0), new EnrichmentRequest(text, 1) })];
        var responses = new List<EnrichmentResponse>();
        await foreach (EnrichmentResponse response in enricher.EnrichAsync(requests, TestContext.Current.CancellationToken)) responses.Add(response);
        return [.. responses.OrderBy(response => Array.IndexOf(requests, response.Request))];
    }

    private static string Folder() => ReferenceData.Require(ReferenceData.Models, "SmolLM2-135M-Instruct");
}
