using Microsoft.Extensions.AI;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class LanguageModelChatClientTests : IDisposable
{
    private const string Template = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{{ eos_token }}{% endfor %}{% if add_generation_prompt %}[{{ name or 'assistant' }}]{% endif %}";

    private readonly CausalLanguageModel _model = TinyTextModel.Create();
    private readonly TextGenerator _generator;
    private readonly LanguageModelChatClient _client;

    public LanguageModelChatClientTests()
    {
        _generator = new(_model, TinyTextModel.Tokenizer);
        _client = new(_generator, ChatTemplate.Parse(Template), "tiny", new() { MaxNewTokens = 20 });
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task GetResponseAsync_ContinuesTheRenderedChat()
    {
        Microsoft.Extensions.AI.ChatMessage[] chat = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hi"), new(ChatRole.Assistant, "Hello"), new(ChatRole.User, "1+1?")];

        ChatResponse response = await _client.GetResponseAsync(chat, cancellationToken: Cancellation);

        GeneratedText expected = Continue("[system]Be brief.<end>[user]Hi<end>[assistant]Hello<end>[user]1+1?<end>[assistant]", new() { MaxNewTokens = 20 });
        Assert.Equal(expected.Text, response.Text);
        Assert.Equal(ChatRole.Assistant, response.Messages.Single().Role);
        Assert.Equal("tiny", response.ModelId);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.Equal(expected.PromptTokenCount, response.Usage!.InputTokenCount);
        Assert.Equal(20, response.Usage.OutputTokenCount);
        Assert.Equal(expected.PromptTokenCount + 20, response.Usage.TotalTokenCount);
        Assert.Equal(expected.TokenIds, Assert.IsType<GeneratedText>(response.RawRepresentation).TokenIds);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_GivesTheSameInPieces()
    {
        ChatOptions options = new() { Temperature = 2, Seed = 3, MaxOutputTokens = 40 };
        List<ChatResponseUpdate> updates = [];
        await foreach (ChatResponseUpdate update in _client.GetStreamingResponseAsync("Hi", options, Cancellation)) updates.Add(update);

        ChatResponse streamed = updates.ToChatResponse();
        ChatResponse whole = await _client.GetResponseAsync("Hi", options, Cancellation);
        Assert.True(updates.Count > 5);
        Assert.Equal(whole.Text, streamed.Text);
        Assert.Equal(whole.FinishReason, streamed.FinishReason);
        Assert.Equal(whole.ModelId, streamed.ModelId);
        Assert.Equal(whole.Usage!.TotalTokenCount, streamed.Usage!.TotalTokenCount);
        Assert.Single(updates.Select(update => update.ResponseId).Distinct());
        Assert.Single(streamed.Messages);
    }

    [Fact]
    public async Task ChatOptions_BecomeGenerationOptions()
    {
        ChatOptions options = new()
        {
            Instructions = "Be odd.",
            Temperature = 1.5f,
            TopK = 30,
            TopP = 0.9f,
            Seed = 11,
            MaxOutputTokens = 25,
            AdditionalProperties = new() { ["repetition_penalty"] = 1.3, ["min_p"] = 0.01, ["name"] = "bot" },
        };

        ChatResponse response = await _client.GetResponseAsync("Hi", options, Cancellation);

        GenerationOptions expected = new()
        {
            MaxNewTokens = 25,
            RepetitionPenalty = 1.3,
            Sampling = new() { Temperature = 1.5, TopK = 30, TopP = 0.9f, MinP = 0.01, Seed = 11 },
        };
        Assert.Equal(Continue("[system]Be odd.<end>[user]Hi<end>[bot]", expected).Text, response.Text);
    }

    [Fact]
    public async Task ChatOptions_OfTemperatureZero_AreGreedy_AndAFactoryGivesTheRest()
    {
        ChatOptions options = new() { Temperature = 0, Seed = 1, RawRepresentationFactory = _ => new GenerationOptions { MaxNewTokens = 7, Sampling = new() } };

        ChatResponse response = await _client.GetResponseAsync("Hi", options, Cancellation);

        Assert.Equal(Continue("[user]Hi<end>[assistant]", new() { MaxNewTokens = 7 }).Text, response.Text);
    }

    [Fact]
    public async Task StopSequences_EndTheAnswer()
    {
        ChatOptions options = new() { Temperature = 2, Seed = 3, MaxOutputTokens = 40 };
        string all = (await _client.GetResponseAsync("Hi", options, Cancellation)).Text;
        options.StopSequences = [all.Substring(all.Length / 2, 2)];

        ChatResponse response = await _client.GetResponseAsync("Hi", options, Cancellation);

        Assert.Equal(all[..all.IndexOf(options.StopSequences[0], StringComparison.Ordinal)], response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    public static TheoryData<string, ChatOptions> Unsupported => new()
    {
        { "Tools", new() { Tools = [AIFunctionFactory.Create(() => 1, "one")] } },
        { "repetition_penalty", new() { FrequencyPenalty = 0.5f } },
        { "repetition_penalty", new() { PresencePenalty = 0.5f } },
        { "ResponseFormat", new() { ResponseFormat = ChatResponseFormat.Json } },
        { "ConversationId", new() { ConversationId = "1" } },
    };

    [Theory]
    [MemberData(nameof(Unsupported), DisableDiscoveryEnumeration = true)]
    public async Task GetResponseAsync_RefusesWhatItDoesNotSupport_ByName(string mention, ChatOptions options)
    {
        NotSupportedException error = await Assert.ThrowsAsync<NotSupportedException>(() => _client.GetResponseAsync("Hi", options, Cancellation));
        Assert.Contains(mention, error.Message);
    }

    [Fact]
    public async Task GetResponseAsync_RefusesContentsThatAreNoText()
    {
        Microsoft.Extensions.AI.ChatMessage image = new(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")]);
        NotSupportedException error = await Assert.ThrowsAsync<NotSupportedException>(() => _client.GetResponseAsync([image], cancellationToken: Cancellation));
        Assert.Contains(nameof(DataContent), error.Message);
    }

    [Fact]
    public async Task GetResponseAsync_OfManyChatsAtOnce_AnswersEachAsAlone()
    {
        string[] questions = [.. Enumerable.Range(0, 8).Select(i => $"Question {i}")];
        ChatResponse[] together = await Task.WhenAll(questions.Select(question => _client.GetResponseAsync(question, cancellationToken: Cancellation)));
        for (int i = 0; i < questions.Length; i++) Assert.Equal((await _client.GetResponseAsync(questions[i], cancellationToken: Cancellation)).Text, together[i].Text);
    }

    [Fact]
    public void GetService_GivesItsParts()
    {
        Assert.Same(_client, _client.GetService<LanguageModelChatClient>());
        Assert.Same(_generator, _client.GetService<TextGenerator>());
        Assert.Same(_model, _client.GetService<CausalLanguageModel>());
        Assert.Equal("tiny", _client.GetService<ChatClientMetadata>()!.DefaultModelId);
        Assert.Null(_client.GetService<string>());
        Assert.Null(_client.GetService<CausalLanguageModel>("key"));
    }

    [Fact]
    public void Dispose_DisposesTheModel_OnlyWhereItIsOwned()
    {
        using CausalLanguageModel owned = TinyTextModel.Create();
        new LanguageModelChatClient(new(owned, TinyTextModel.Tokenizer), ChatTemplate.Parse(Template)).Dispose();
        Assert.False(owned.Parameters[0].IsInvalid);
        new LanguageModelChatClient(new(owned, TinyTextModel.Tokenizer), ChatTemplate.Parse(Template), ownsModel: true).Dispose();
        Assert.True(owned.Parameters[0].IsInvalid);
    }

    private GeneratedText Continue(string prompt, GenerationOptions options) => _generator.Generate([prompt], options, cancellationToken: Cancellation)[0];
}
