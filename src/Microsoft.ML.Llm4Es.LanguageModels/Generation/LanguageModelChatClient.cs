using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A language model of this process as an <see cref="IChatClient"/> of Microsoft.Extensions.AI.</summary>
/// <remarks>
/// <para>Any number of chats may run at once: those that do are continued in one batch, and what one gives does not depend on the others.</para>
/// <para>
/// Of <see cref="ChatOptions"/>: <c>Temperature</c> (0 is greedy, as are options without any sampling setting), <c>TopP</c>, <c>TopK</c>, <c>Seed</c>, <c>MaxOutputTokens</c>,
/// <c>StopSequences</c>, <c>Instructions</c> (a first message of role system), <c>RawRepresentationFactory</c> (which may make the
/// <see cref="GenerationOptions"/> to start from), and of <c>AdditionalProperties</c> <c>repetition_penalty</c> and <c>min_p</c>; further ones become
/// variables of the chat template, such as <c>enable_thinking</c>. Tools, penalties of other kinds, JSON as the format, conversation ids and contents
/// other than text are refused. <c>ModelId</c> and <c>Reasoning</c> do not change anything: there is one model, and how it reasons is a matter of its template.
/// </para>
/// </remarks>
public sealed class LanguageModelChatClient : IChatClient
{
    private readonly TextGenerator _generator;
    private readonly ChatTemplate _template;
    private readonly GenerationOptions _defaults;
    private readonly JsonObject _specialTokens;
    private readonly ChatClientMetadata _metadata;
    private readonly bool _ownsModel;

    /// <summary>Makes a client.</summary>
    /// <param name="generator">The model and its tokenizer.</param>
    /// <param name="template">The model's chat template; it is given the special tokens <c>bos_token</c>, <c>eos_token</c> and <c>pad_token</c> of the model's configuration.</param>
    /// <param name="modelId">The model's name in answers and metadata. Default: none.</param>
    /// <param name="defaults">What holds where <see cref="ChatOptions"/> set nothing. Default: those of <see cref="GenerationOptions"/>.</param>
    /// <param name="ownsModel">Whether <see cref="Dispose"/> disposes the model. Default: no, it stays the caller's.</param>
    public LanguageModelChatClient(TextGenerator generator, ChatTemplate template, string? modelId = null, GenerationOptions? defaults = null, bool ownsModel = false)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(template);
        _generator = generator;
        _template = template;
        _defaults = defaults ?? new();
        _specialTokens = SpecialTokens(generator);
        _metadata = new("llm4es", providerUri: null, modelId);
        _ownsModel = ownsModel;
    }

    /// <summary>Answers a chat.</summary>
    /// <param name="messages">The chat so far; texts only.</param>
    /// <param name="options">How to answer; see the remarks on the class.</param>
    /// <param name="cancellationToken">Ends the call before the next token.</param>
    /// <returns>The answer, with usage, the reason why it ended, and as raw representation the <see cref="GeneratedText"/>.</returns>
    /// <exception cref="NotSupportedException">The messages or options ask for something that is not supported; the message names it.</exception>
    /// <exception cref="ChatTemplateException">The template refused the messages.</exception>
    /// <exception cref="ArgumentException">The chat leaves no room in the model's context, or an option is out of its range.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<Extensions.AI.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        GeneratedText? answer = null;
        await foreach (GeneratedPiece piece in AnswerAsync(messages, options, cancellationToken).ConfigureAwait(false)) answer = piece.Completed;
        string id = NewId();
        return new(new Extensions.AI.ChatMessage(ChatRole.Assistant, answer!.Text) { MessageId = id })
        {
            ResponseId = id,
            ModelId = _metadata.DefaultModelId,
            CreatedAt = DateTimeOffset.UtcNow,
            FinishReason = ReasonOf(answer),
            Usage = UsageOf(answer),
            RawRepresentation = answer,
        };
    }

    /// <summary>Answers a chat, piece by piece; the last update has the usage and the reason why the answer ended.</summary>
    /// <param name="messages">The chat so far; texts only.</param>
    /// <param name="options">How to answer; see the remarks on the class.</param>
    /// <param name="cancellationToken">Ends the enumeration; the answer leaves the batch before the next token, as it does when the enumeration is left.</param>
    /// <returns>The pieces of the answer.</returns>
    /// <exception cref="NotSupportedException">The messages or options ask for something that is not supported; the message names it.</exception>
    /// <exception cref="ChatTemplateException">The template refused the messages.</exception>
    /// <exception cref="ArgumentException">The chat leaves no room in the model's context, or an option is out of its range.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<Extensions.AI.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        UpdatesAsync(AnswerAsync(messages, options, cancellationToken), cancellationToken);

    /// <summary>Gets a part: <see cref="ChatClientMetadata"/>, the <see cref="TextGenerator"/>, <see cref="CausalLanguageModel"/>, <see cref="LanguageModelTokenizer"/>, <see cref="ChatTemplate"/>, or the client itself.</summary>
    /// <param name="serviceType">The type that is wanted.</param>
    /// <param name="serviceKey">Must be <see langword="null"/> to find anything.</param>
    /// <returns>The part, or <see langword="null"/>.</returns>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null) return null;
        object[] parts = [this, _metadata, _generator, _generator.Model, _generator.Tokenizer, _template];
        return parts.FirstOrDefault(serviceType.IsInstanceOfType);
    }

    /// <summary>Disposes the model, where the client owns it.</summary>
    public void Dispose()
    {
        if (_ownsModel) _generator.Model.Dispose();
    }

    private IAsyncEnumerable<GeneratedPiece> AnswerAsync(IEnumerable<Extensions.AI.ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        GenerationOptions generation = ChatRequest.ToGenerationOptions(options, _defaults, this);
        string prompt = _template.Render(ChatRequest.ToTemplateInputs(messages, options, _specialTokens));
        return _generator.GenerateFromTokensStreamingAsync(_generator.Tokenizer.Encode(prompt, addSpecialTokens: false), generation, cancellationToken);
    }

    private async IAsyncEnumerable<ChatResponseUpdate> UpdatesAsync(IAsyncEnumerable<GeneratedPiece> pieces, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string id = NewId();
        await foreach (GeneratedPiece piece in pieces.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            List<AIContent> contents = [];
            if (piece.Text.Length > 0) contents.Add(new TextContent(piece.Text));
            if (piece.Completed is { } usage) contents.Add(new UsageContent(UsageOf(usage)));
            yield return new(ChatRole.Assistant, contents)
            {
                ResponseId = id,
                MessageId = id,
                ModelId = _metadata.DefaultModelId,
                CreatedAt = DateTimeOffset.UtcNow,
                FinishReason = piece.Completed is { } completed ? ReasonOf(completed) : null,
                RawRepresentation = piece,
            };
        }
    }

    private static string NewId() => Guid.NewGuid().ToString("N");

    private static ChatFinishReason ReasonOf(GeneratedText answer) => answer.FinishReason is FinishReason.Length ? ChatFinishReason.Length : ChatFinishReason.Stop;

    private static UsageDetails UsageOf(GeneratedText answer) => new()
    {
        InputTokenCount = answer.PromptTokenCount,
        OutputTokenCount = answer.TokenIds.Count,
        TotalTokenCount = answer.PromptTokenCount + answer.TokenIds.Count,
    };

    private static JsonObject SpecialTokens(TextGenerator generator)
    {
        LanguageModelConfiguration configuration = generator.Model.Configuration;
        JsonObject tokens = [];
        Add("bos_token", configuration.BeginningOfTextId);
        Add("eos_token", configuration.EndOfTextIds.Count > 0 ? configuration.EndOfTextIds[0] : null);
        Add("pad_token", configuration.PaddingId);
        return tokens;

        void Add(string name, int? id)
        {
            if (id is not null && generator.Tokenizer.Token(id.Value) is { } token) tokens[name] = token;
        }
    }
}
