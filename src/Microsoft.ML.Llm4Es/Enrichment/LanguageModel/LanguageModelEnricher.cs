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
    /// <param name="folder">
    /// A Hugging Face folder: tokenizer.json and chat_template.jinja (or tokenizer_config.json with the template), and either config.json with model.safetensors, or
    /// one .gguf file.
    /// </param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <param name="batchSize">How many texts are written at a time.</param>
    /// <param name="device">Where the model runs; null for the CPU.</param>
    /// <returns>The enricher, which owns the model.</returns>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is not positive.</exception>
    public static LanguageModelEnricher Open(string folder, ChatClientEnricherOptions? options = null, int batchSize = DefaultBatchSize, Device? device = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The model folder '{folder}' was not found. A Hugging Face folder with weights, tokenizer.json and a chat template is expected.");

        ChatTemplate template = ChatTemplateFile.Read(folder);
        LanguageModelTokenizer tokenizer = LanguageModelTokenizer.Load(folder);
        string? gguf = Directory.EnumerateFiles(folder, "*.gguf").Order(StringComparer.Ordinal).FirstOrDefault();
        bool isHuggingFace = Directory.EnumerateFiles(folder, "*.safetensors").Any();
        CausalLanguageModel model = isHuggingFace || gguf is null ? CausalLanguageModel.LoadHuggingFace(folder, device) : CausalLanguageModel.LoadGguf(gguf, device);
        string modelId = Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar));
        return new LanguageModelEnricher(new TextGenerator(model, tokenizer) { BatchSize = batchSize }, template, options, modelId, ownsModel: true);
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
