using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
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

    private ChatClientEnricherOptions Options => new() { Concurrency = Concurrency, CachePath = Answers, MaxRequests = MaxRequests };

    /// <summary>A model of this process.</summary>
    public LanguageModelEnricher OpenLocal() => LanguageModelEnricher.Open(Model, Options, Concurrency);

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
