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
        PretrainedLanguageModel pretrained = PretrainedLanguageModel.Load(path, device);
        try
        {
            ChatTemplate template = pretrained.ChatTemplate
                ?? throw new InvalidDataException($"'{path}' has no chat template. Choose an instruction-tuned model: one that was not tuned on chats cannot be asked to rewrite.");
            string modelId = Path.GetFileName(Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar));
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
