using Microsoft.ML.Llm4Es.LanguageModels;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Retells texts by an instruction-tuned language model of this process: nothing leaves it. Many texts are written at a time, in one batch with a key/value cache.
/// Prompts, sampling, cache and budget are those of <see cref="ChatClientEnricherOptions"/>.
/// </summary>
public sealed class LanguageModelEnricher : Enricher, IDisposable
{
    private const int DefaultBatchSize = 16;

    private readonly LanguageModelChatClient _client;
    private readonly ChatClientEnricher _enricher;

    /// <summary>Initializes an enricher.</summary>
    /// <param name="generator">The model and its tokenizer; its <see cref="TextGenerator.BatchSize"/> is how many texts are written at a time.</param>
    /// <param name="template">The model's chat template.</param>
    /// <param name="options">The settings; null for the defaults. <see cref="ChatClientEnricherOptions.Concurrency"/> is at least the batch size.</param>
    /// <param name="modelId">The model's name, by which the cache tells models apart; null where there is one model only.</param>
    /// <param name="ownsModel">Whether <see cref="Dispose"/> disposes the model.</param>
    public LanguageModelEnricher(TextGenerator generator, ChatTemplate template, ChatClientEnricherOptions? options = null, string? modelId = null, bool ownsModel = false)
    {
        ArgumentNullException.ThrowIfNull(generator);
        options = options?.Clone() ?? new ChatClientEnricherOptions();
        // No place in the batch is to wait for a text.
        options.Concurrency = Math.Max(options.Concurrency, generator.BatchSize);
        // A model of this process does not hang; how long a text takes depends on the batch.
        options.Timeout = Timeout.InfiniteTimeSpan;
        _client = new LanguageModelChatClient(generator, template, modelId, ownsModel: ownsModel);
        _enricher = new ChatClientEnricher(_client, options);
    }

    /// <summary>Opens a model.</summary>
    /// <param name="path">A Hugging Face folder or a .gguf file, with a chat template; see <see cref="PretrainedLanguageModel.Load"/>.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <param name="batchSize">How many texts are written at a time.</param>
    /// <param name="device">Where the model runs; null for the CPU.</param>
    /// <returns>The enricher, which owns the model.</returns>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">The model has no chat template, or a file is damaged or not supported.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is not positive.</exception>
    public static LanguageModelEnricher Open(string path, ChatClientEnricherOptions? options = null, int batchSize = DefaultBatchSize, Device? device = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        string modelId = Path.GetFileName(Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar));
        return Own(PretrainedLanguageModel.Load(path, device), path, modelId, options, batchSize);
    }

    /// <summary>Opens a model on the Hugging Face Hub, or in its cache where it has been downloaded before.</summary>
    /// <param name="repositoryId">The repository, such as <c>HuggingFaceTB/SmolLM2-1.7B-Instruct</c>.</param>
    /// <param name="hub">Revision, .gguf file, cache, token and more.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <param name="batchSize">How many texts are written at a time.</param>
    /// <param name="device">Where the model runs; null for the CPU.</param>
    /// <param name="progress">Told of bytes as they arrive.</param>
    /// <param name="cancellationToken">Ends the download; what has arrived is kept, and the next call goes on from there.</param>
    /// <returns>The enricher, which owns the model.</returns>
    /// <exception cref="ArgumentException">The id is no repository's.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached, or refuses.</exception>
    /// <exception cref="FileNotFoundException">The repository has no weights that can be read; or the model is to be used offline and is not in the cache.</exception>
    /// <exception cref="InvalidDataException">The model has no chat template, or a file is damaged or not supported.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is not positive.</exception>
    public static async Task<LanguageModelEnricher> OpenFromHubAsync(
        string repositoryId,
        HubOptions? hub = null,
        ChatClientEnricherOptions? options = null,
        int batchSize = DefaultBatchSize,
        Device? device = null,
        IProgress<HubProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        PretrainedLanguageModel pretrained = await PretrainedLanguageModel.LoadFromHubAsync(repositoryId, hub, device, progress: progress, cancellationToken: cancellationToken).ConfigureAwait(false);
        return Own(pretrained, repositoryId, $"{repositoryId}@{hub?.Revision ?? "main"}", options, batchSize);
    }

    private static LanguageModelEnricher Own(PretrainedLanguageModel pretrained, string source, string modelId, ChatClientEnricherOptions? options, int batchSize)
    {
        try
        {
            ChatTemplate template = pretrained.ChatTemplate
                ?? throw new InvalidDataException($"'{source}' has no chat template. Choose an instruction-tuned model: one that was not tuned on chats cannot be asked to rewrite.");
            return new LanguageModelEnricher(new TextGenerator(pretrained.Model, pretrained.Tokenizer) { BatchSize = batchSize }, template, options, modelId, ownsModel: true);
        }
        catch
        {
            pretrained.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The cache cannot be opened, or is open elsewhere.</exception>
    public override IAsyncEnumerable<EnrichmentResponse> EnrichAsync(IReadOnlyList<EnrichmentRequest> requests, CancellationToken cancellationToken = default) =>
        _enricher.EnrichAsync(requests, cancellationToken);

    /// <summary>Closes the cache, and frees the model where the enricher owns it.</summary>
    public void Dispose()
    {
        _enricher.Dispose();
        _client.Dispose();
    }
}
