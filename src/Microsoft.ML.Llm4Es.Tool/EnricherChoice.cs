using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using Microsoft.ML.Llm4Es.LanguageModels;
using OpenAI;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>Which language model retells texts, and how it is asked.</summary>
/// <param name="Model">The folder, .gguf file or Hub id of a local model, or the name of a service's.</param>
/// <param name="Answers">The file of answers, by which a run goes on where it stopped.</param>
/// <param name="Concurrency">How many texts are written at once.</param>
internal sealed record EnricherChoice(string Model, string Answers, int Concurrency)
{
    private const string KeyVariable = "OPENAI_API_KEY";

    /// <summary>The address of the service; null for OpenAI's.</summary>
    public Uri? Endpoint { get; init; }

    public int? MaxRequests { get; init; }

    /// <summary>What the model is asked, with <c>{text}</c> for the text; null for the paper's prompt.</summary>
    public string? Prompt { get; init; }

    /// <summary>How long an answer may be; null for the paper's limit.</summary>
    public int? MaxOutputTokens { get; init; }

    private ChatClientEnricherOptions Options
    {
        get
        {
            var options = new ChatClientEnricherOptions { Concurrency = Concurrency, CachePath = Answers, MaxRequests = MaxRequests };
            if (Prompt is { } prompt) options.UserPrompt = prompt;
            if (MaxOutputTokens is { } tokens) options.MaxOutputTokens = tokens;
            return options;
        }
    }

    /// <summary>A model of this process: a folder or file that is there, else one on the Hub.</summary>
    /// <exception cref="FileNotFoundException">There is no such folder or file, and it is no id on the Hub either.</exception>
    public Task<LanguageModelEnricher> OpenLocalAsync(TextWriter output, CancellationToken cancellation)
    {
        if (Path.Exists(Model)) return Task.FromResult(LanguageModelEnricher.Open(Model, Options, Concurrency));

        string[] idAndRevision = Model.Split('@', 2);
        try
        {
            HuggingFaceHub.CheckRepositoryId(idAndRevision[0]);
        }
        catch (ArgumentException cause)
        {
            throw new FileNotFoundException($"There is no folder or file '{Model}', and it is no id on the Hub either. {CommandLine.Message(cause)}", cause);
        }

        output.WriteLine($"Opening {Model} on the Hub; it is downloaded where it is not in the cache.");
        HubOptions? hub = idAndRevision is [_, string revision] ? new HubOptions { Revision = revision } : null;
        return LanguageModelEnricher.OpenFromHubAsync(idAndRevision[0], hub, Options, Concurrency, cancellationToken: cancellation);
    }

    /// <summary>A model behind an OpenAI-compatible service.</summary>
    /// <exception cref="InvalidOperationException">OpenAI itself needs a key, and there is none.</exception>
    public ChatClientEnricher OpenService()
    {
        string? key = Environment.GetEnvironmentVariable(KeyVariable);
        if (string.IsNullOrEmpty(key) && Endpoint is null) throw new InvalidOperationException($"OpenAI wants a key in the environment variable {KeyVariable}; a service of your own is named by --endpoint.");

        // The enricher asks again itself, and keeps what was answered.
        var options = new OpenAIClientOptions { RetryPolicy = new ClientRetryPolicy(maxRetries: 0) };
        if (Endpoint is not null) options.Endpoint = Endpoint;
        return new ChatClientEnricher(new OpenAIClient(new ApiKeyCredential(string.IsNullOrEmpty(key) ? "none" : key), options).GetChatClient(Model).AsIChatClient(), Options);
    }
}
