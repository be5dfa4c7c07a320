using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.AI;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Retells texts by a language model behind any <see cref="IChatClient"/>: a service such as vLLM, Ollama, OpenAI or Azure, by prompts after the paper's (LLM4ES,
/// arXiv 2508.05688) or one's own. Texts leave the process by this client only, after <see cref="ChatClientEnricherOptions.Redact"/>, and are never logged.
/// </summary>
/// <remarks>
/// With <see cref="ChatClientEnricherOptions.CachePath"/>, a run that is interrupted, by a crash or by its budget, goes on where it stopped: the same request is
/// never sent twice. The client is the caller's, who disposes it.
/// </remarks>
public sealed class ChatClientEnricher : Enricher, IDisposable
{
    private const decimal TokensOfPrice = 1_000_000;

    /// <summary>So many refusals and not one answer are no matter of the texts.</summary>
    private const int MaxRefusalsWithoutAnswer = 10;

    private readonly ChatClientEnricherOptions _options;
    private readonly PatientChatClient _client;
    private readonly RequestBudget _budget;
    private readonly Lazy<AnswerCache> _cache;
    private readonly string _model;
    private int _answers;
    private int _refusals;

    /// <summary>Initializes an enricher.</summary>
    /// <param name="client">The service.</param>
    /// <param name="options">The settings; null for the defaults. Later changes to them have no effect.</param>
    public ChatClientEnricher(IChatClient client, ChatClientEnricherOptions? options = null)
        : this(client, options, TimeProvider.System)
    {
    }

    /// <param name="client">The service.</param>
    /// <param name="options">The settings.</param>
    /// <param name="time">What pauses are measured by.</param>
    internal ChatClientEnricher(IChatClient client, ChatClientEnricherOptions? options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(client);
        _options = options?.Clone() ?? new ChatClientEnricherOptions();
        _client = new PatientChatClient(client, _options, time);
        _budget = new RequestBudget(_options.MaxRequests, _options.MaxTokens);
        _cache = new Lazy<AnswerCache>(() => new AnswerCache(_options.CachePath));
        _model = _options.Model ?? (client.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.DefaultModelId ?? "";
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The service does not answer, or answers that it will not.</exception>
    /// <exception cref="IOException">The cache cannot be opened, or is open elsewhere.</exception>
    public override async IAsyncEnumerable<EnrichmentResponse> EnrichAsync(
        IReadOnlyList<EnrichmentRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<EnrichmentResponse> responses = Channel.CreateUnbounded<EnrichmentResponse>(new UnboundedChannelOptions { SingleReader = true });
        Task asking = AskAllAsync(requests, responses.Writer, stop.Token);
        try
        {
            await foreach (EnrichmentResponse response in responses.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return response;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await asking.ConfigureAwait(false);
        }
    }

    /// <summary>Closes the cache. The client stays open.</summary>
    public void Dispose()
    {
        if (_cache.IsValueCreated) _cache.Value.Dispose();
    }

    /// <summary>Asks for all; what goes wrong is the channel's to tell.</summary>
    private async Task AskAllAsync(IReadOnlyList<EnrichmentRequest> requests, ChannelWriter<EnrichmentResponse> responses, CancellationToken cancellationToken)
    {
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Concurrency, CancellationToken = cancellationToken };
            // Texts that redaction made the same are asked for once.
            IEnumerable<IGrouping<string, Question>> questions = requests.Select(NewQuestion).GroupBy(question => question.Key);
            await Parallel.ForEachAsync(questions, parallel, async (same, cancellation) =>
            {
                foreach (EnrichmentResponse response in await AnswerAsync([.. same], cancellation).ConfigureAwait(false)) responses.TryWrite(response);
            }).ConfigureAwait(false);
            responses.Complete();
        }
        catch (Exception exception)
        {
            responses.Complete(exception);
        }
    }

    /// <summary>Answers from the cache or the service; none where the budget is spent.</summary>
    private async Task<EnrichmentResponse[]> AnswerAsync(Question[] same, CancellationToken cancellationToken)
    {
        Question question = same[0];
        CachedAnswer? answer = _cache.Value.Find(question.Key);
        EnrichmentResponse Response(Question asked) => new(asked.Request, answer!.Text) { Source = asked.Sent };

        if (answer is not null) return Array.ConvertAll(same, Response);
        if (!_budget.TryTakeRequest()) return [];

        answer = await AskAsync(question, cancellationToken).ConfigureAwait(false);
        _budget.Spend(answer.InputTokens + answer.OutputTokens);
        EnrichmentResponse paid = Response(question) with
        {
            InputTokens = answer.InputTokens,
            OutputTokens = answer.OutputTokens,
            Cost = (answer.InputTokens * _options.InputTokenPrice + answer.OutputTokens * _options.OutputTokenPrice) / TokensOfPrice,
        };
        return [paid, .. same.Skip(1).Select(Response)];
    }

    private async Task<CachedAnswer> AskAsync(Question question, CancellationToken cancellationToken)
    {
        ChatResponse response;
        try
        {
            response = await _client.GetResponseAsync(Messages(question.Sent), NewChatOptions(question), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (ServiceFailure.Of(exception).IsRefusal)
        {
            if (Volatile.Read(ref _answers) == 0 && Interlocked.Increment(ref _refusals) >= MaxRefusalsWithoutAnswer)
                throw new InvalidOperationException($"The service refuses every request: {exception.Message} Check the model's name, its context length against the texts', and MaxOutputTokens.", exception);
            return new CachedAnswer(question.Key, Text: null, InputTokens: 0, OutputTokens: 0);
        }

        Interlocked.Increment(ref _answers);
        // An answer that was cut off, by its length or by a filter, lacks events.
        bool complete = response.FinishReason is not { } reason || reason == ChatFinishReason.Stop;
        var answer = new CachedAnswer(
            question.Key, complete ? response.Text : null, response.Usage?.InputTokenCount ?? 0, response.Usage?.OutputTokenCount ?? 0);
        _cache.Value.Add(answer);
        return answer;
    }

    private List<ChatMessage> Messages(string text)
    {
        var user = new ChatMessage(ChatRole.User, _options.UserMessage(text));
        return _options.SystemPrompt.Length > 0 ? [new ChatMessage(ChatRole.System, _options.SystemPrompt), user] : [user];
    }

    private ChatOptions NewChatOptions(Question question) => new()
    {
        ModelId = _options.Model,
        Temperature = _options.Temperature,
        TopP = _options.TopP,
        MaxOutputTokens = _options.MaxOutputTokens,
        // Another one for each variant and attempt, where the service has seeds.
        Seed = int.Parse(question.Key.AsSpan(0, 7), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
    };

    private Question NewQuestion(EnrichmentRequest request)
    {
        string sent = _options.Redact is { } redact
            ? redact(request.Text) ?? throw new InvalidOperationException("Redact returned null; it is to return the text that may go out.")
            : request.Text;
        // All that an answer depends on, each with its length, so that no two questions read the same.
        string[] parts =
        [
            _model, _options.SystemPrompt, _options.UserPrompt, sent, Invariant(request.Variant), Invariant(request.Attempt),
            Invariant(_options.Temperature), Invariant(_options.TopP), Invariant(_options.MaxOutputTokens),
        ];
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.Select(part => $"{part.Length}:{part}"))));
        return new Question(request, sent, Convert.ToHexStringLower(hash));
    }

    private static string Invariant<T>(T value) where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    /// <param name="Request">What is asked for.</param>
    /// <param name="Sent">The text that goes out.</param>
    /// <param name="Key">The question as a hash.</param>
    private sealed record Question(EnrichmentRequest Request, string Sent, string Key);
}
