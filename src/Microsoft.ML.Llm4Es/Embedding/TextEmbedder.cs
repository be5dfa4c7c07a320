using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Texts to vectors: tokens in windows of the model's context, windows of similar length computed together, their vectors averaged.
/// Safe for several threads; they share one model and one cache.
/// </summary>
internal sealed class TextEmbedder : IDisposable
{
    private readonly EmbeddingOptions _options;
    private readonly EmbeddingCache _cache;
    private readonly int[] _prompt;
    private readonly int _maxTokens;
    private readonly bool _poolsEvents;
    private readonly Lazy<string> _fingerprint;
    private int _disposed;

    /// <exception cref="ArgumentException">The prompt and the overlap leave no room in the model's context.</exception>
    public TextEmbedder(CausalLanguageModel model, LanguageModelTokenizer tokenizer, EmbeddingOptions options)
    {
        Model = model;
        Tokenizer = tokenizer;
        _options = options;
        _prompt = options.Prompt.Length == 0 ? [] : [.. tokenizer.Encode(options.Prompt, addSpecialTokens: true)];
        _maxTokens = Math.Min(options.MaxTokens ?? int.MaxValue, model.Configuration.MaxPositions);
        _poolsEvents = options.Pooling.Parts.Any(part => part.Tokens == TokenPooling.EventMean);
        if (_prompt.Length + options.WindowOverlap >= _maxTokens)
        {
            throw new ArgumentException(
                $"The prompt has {_prompt.Length} tokens and windows overlap by {options.WindowOverlap}, which leaves no room for text: the model reads {_maxTokens} in one piece. " +
                $"Shorten {nameof(EmbeddingOptions.Prompt)}, lower {nameof(EmbeddingOptions.WindowOverlap)} or raise {nameof(EmbeddingOptions.MaxTokens)}.", nameof(options));
        }

        Names = options.Pooling.Names(model.Configuration);
        _fingerprint = new(() => EmbeddingFingerprint.Of(model, tokenizer, options));
        _cache = new EmbeddingCache(options.Cache);
    }

    public CausalLanguageModel Model { get; }

    public LanguageModelTokenizer Tokenizer { get; }

    /// <summary>A name for each value of a vector.</summary>
    public IReadOnlyList<string> Names { get; }

    public int Dimension => Names.Count;

    public EmbeddingCacheStatistics CacheStatistics => _cache.Statistics;

    /// <summary>Opens the folder for the weights as they are now, which must not change any more.</summary>
    public void UseCacheFolder(string folder) => _cache.Use(new EmbeddingStore(folder, _fingerprint.Value, Dimension));

    public float[][] Embed(ReadOnlySpan<ReadOnlyMemory<char>> texts)
    {
        CheckNotDisposed();

        var embeddings = new float[texts.Length][];
        var rowsByKey = new Dictionary<UInt128, List<int>>();
        var missing = new List<TextTokens>();
        for (int row = 0; row < texts.Length; row++)
        {
            TextTokens tokens = Tokens(texts[row].ToString());
            UInt128 key = EmbeddingKey.Of(tokens.Ids);
            if (rowsByKey.TryGetValue(key, out List<int>? rows))
            {
                rows.Add(row);
            }
            else if (_cache.Find(key) is { } known)
            {
                embeddings[row] = known;
            }
            else
            {
                rowsByKey[key] = [row];
                missing.Add(tokens);
            }
        }

        float[][] computed = Compute(missing);
        foreach (((UInt128 key, List<int> rows), float[] embedding) in rowsByKey.Zip(computed))
        {
            _cache.Add(key, embedding);
            foreach (int row in rows) embeddings[row] = embedding;
        }

        return embeddings;
    }

    public void CheckNotDisposed() => ObjectDisposedException.ThrowIf(_disposed != 0, this);

    /// <summary>Hands the model over to the caller, who frees it; the embedder is of no use afterwards.</summary>
    public CausalLanguageModel Release()
    {
        ObjectDisposedException.ThrowIf(Interlocked.Exchange(ref _disposed, 1) != 0, this);
        _cache.Dispose();
        return Model;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _cache.Dispose();
        Model.Dispose();
    }

    private TextTokens Tokens(string text)
    {
        TextTokens tokens = Encode(text);
        int room = _maxTokens - _prompt.Length;
        if (_options.LongTexts != LongTexts.MostRecent || tokens.Ids.Length <= room) return tokens;

        tokens = Encode(RecentLines.Cut(text, room, shorter => Tokenizer.Encode(shorter, addSpecialTokens: _prompt.Length == 0).Count));
        return tokens.Ids.Length <= room ? tokens : new TextTokens(tokens.Ids[^room..], tokens.Events.Length == 0 ? [] : tokens.Events[^room..]);
    }

    /// <summary>A prompt has the special tokens that begin a text.</summary>
    private TextTokens Encode(string text) => TextTokens.Encode(Tokenizer, text, addSpecialTokens: _prompt.Length == 0, _poolsEvents);

    private float[][] Compute(List<TextTokens> texts)
    {
        WindowAverage[] averages = [.. texts.Select(_ => new WindowAverage(_options.Pooling, Model.Configuration.HiddenSize))];
        IEnumerable<TextWindow> windows = texts.SelectMany((tokens, text) => TextWindow.Cut(text, tokens, _prompt, _maxTokens, _options.WindowOverlap));
        // The sort is stable: the windows of a text that are as long as each other stay in order, and its last is its shortest.
        foreach (TextWindow[] batch in Batches([.. windows.OrderByDescending(window => window.Ids.Length)]))
        {
            var tokens = new TokenBatch([.. batch.Select(window => (ReadOnlyMemory<int>)window.Ids)]);
            float[][] vectors = HiddenStatePooling.Pool(Model, tokens, _options.Pooling, [.. batch.Select(window => window.Pooled)]);
            for (int i = 0; i < batch.Length; i++) averages[batch[i].Text].Add(batch[i], vectors[i]);
        }

        return Array.ConvertAll(averages, average => average.Result(_options.Normalize));
    }

    private IEnumerable<TextWindow[]> Batches(TextWindow[] windows)
    {
        int start = 0, tokens = 0;
        for (int end = 0; end < windows.Length; end++)
        {
            int length = windows[end].Ids.Length;
            if (end > start && tokens + length > _options.TokensPerBatch)
            {
                yield return windows[start..end];
                (start, tokens) = (end, 0);
            }

            tokens += length;
        }

        if (start < windows.Length) yield return windows[start..];
    }
}
