using Microsoft.Extensions.AI;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The pooled hidden states of a language model as an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> of Microsoft.Extensions.AI.</summary>
/// <remarks>
/// Vectors are not normalised; they are as long as the model's hidden size, times the parts that <see cref="PoolingOptions"/> name. A text's vector does not depend on the texts that it is computed with. Special
/// tokens that the tokenizer names for a single text are put around each. Any number of threads may call at once.
/// </remarks>
public sealed class LanguageModelEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly CausalLanguageModel _model;
    private readonly LanguageModelTokenizer _tokenizer;
    private readonly LanguageModelEmbeddingOptions _options;
    private readonly EmbeddingGeneratorMetadata _metadata;
    private readonly bool _ownsModel;

    /// <summary>Makes a generator.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="options">How vectors are made. Default: as LLM4ES (arXiv 2508.05688) does.</param>
    /// <param name="modelId">The model's name in embeddings and metadata. Default: none.</param>
    /// <param name="ownsModel">Whether <see cref="Dispose"/> disposes the model. Default: no, it stays the caller's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model has fewer layers than the options ask for.</exception>
    public LanguageModelEmbeddingGenerator(CausalLanguageModel model, LanguageModelTokenizer tokenizer, LanguageModelEmbeddingOptions? options = null, string? modelId = null, bool ownsModel = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        _model = model;
        _tokenizer = tokenizer;
        _options = options ?? new();
        foreach (PooledPart part in _options.Pooling.Parts) part.Layers.Resolve(model.Configuration.HiddenLayers);
        _metadata = new("llm4es", providerUri: null, modelId, _options.Pooling.Length(model.Configuration));
        _ownsModel = ownsModel;
    }

    /// <summary>Makes a vector of each text, on the thread pool.</summary>
    /// <param name="values">The texts, each of one token or more. What is beyond <see cref="LanguageModelEmbeddingOptions.MaxTokens"/> is cut off.</param>
    /// <param name="options">Only <see cref="EmbeddingGenerationOptions.Dimensions"/> counts, which must be the vectors' length if it is set.</param>
    /// <param name="cancellationToken">Ends the call between two batches.</param>
    /// <returns>The vectors in the order of the texts, with the number of tokens that were computed.</returns>
    /// <exception cref="NotSupportedException">Another number of dimensions is asked for.</exception>
    /// <exception cref="ArgumentException">A text has no tokens.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is { } dimensions && dimensions != _metadata.DefaultModelDimensions)
            throw new NotSupportedException($"{dimensions} dimensions are asked for; the vectors of this model and pooling have {_metadata.DefaultModelDimensions}.");

        string[] texts = [.. values];
        return Task.Run(() => Generate(texts, cancellationToken), cancellationToken);
    }

    /// <summary>Gets a part: <see cref="EmbeddingGeneratorMetadata"/>, the <see cref="CausalLanguageModel"/>, the <see cref="LanguageModelTokenizer"/>, or the generator itself.</summary>
    /// <param name="serviceType">The type that is wanted.</param>
    /// <param name="serviceKey">Must be <see langword="null"/> to find anything.</param>
    /// <returns>The part, or <see langword="null"/>.</returns>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null) return null;
        object[] parts = [this, _metadata, _model, _tokenizer];
        return parts.FirstOrDefault(serviceType.IsInstanceOfType);
    }

    /// <summary>Disposes the model, where the generator owns it.</summary>
    public void Dispose()
    {
        if (_ownsModel) _model.Dispose();
    }

    private GeneratedEmbeddings<Embedding<float>> Generate(string[] texts, CancellationToken cancellationToken)
    {
        int longest = _options.MaxTokens ?? _model.Configuration.MaxPositions;
        ReadOnlyMemory<int>[] rows = [.. texts.Select((text, i) => Encode(text, i, longest))];
        Embedding<float>[] embeddings = new Embedding<float>[rows.Length];
        foreach (int[] batch in Batches(rows))
        {
            cancellationToken.ThrowIfCancellationRequested();
            float[][] vectors = HiddenStatePooling.Pool(_model, new([.. batch.Select(row => rows[row])]), _options.Pooling);
            for (int i = 0; i < batch.Length; i++) embeddings[batch[i]] = new(vectors[i]) { CreatedAt = DateTimeOffset.UtcNow, ModelId = _metadata.DefaultModelId };
        }

        long tokens = rows.Sum(row => (long)row.Length);
        return new(embeddings) { Usage = new() { InputTokenCount = tokens, TotalTokenCount = tokens } };
    }

    private ReadOnlyMemory<int> Encode(string text, int place, int longest)
    {
        int[] ids = [.. _tokenizer.Encode(text, addSpecialTokens: true).Take(longest)];
        return ids.Length > 0 ? ids : throw new ArgumentException($"Text {place} has no tokens, so that there is nothing to make a vector of.", nameof(text));
    }

    /// <summary>Texts of similar length are computed together, which is faster.</summary>
    private IEnumerable<int[]> Batches(ReadOnlyMemory<int>[] rows)
    {
        List<int> batch = [];
        int tokens = 0;
        foreach (int row in Enumerable.Range(0, rows.Length).OrderBy(row => rows[row].Length))
        {
            if (batch.Count > 0 && tokens + rows[row].Length > _options.TokensPerBatch)
            {
                yield return [.. batch];
                batch.Clear();
                tokens = 0;
            }

            batch.Add(row);
            tokens += rows[row].Length;
        }

        if (batch.Count > 0) yield return [.. batch];
    }
}
