using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Texts to vectors: tokens in windows of the model's context, windows of similar length computed together, their means averaged by token count.
/// Safe for several threads; they share one model.
/// </summary>
internal sealed class TextEmbedder(CausalLanguageModel model, LanguageModelTokenizer tokenizer, LayerRange layers, int tokensPerBatch, int cacheEntries) : IDisposable
{
    private readonly EmbeddingCache _cache = new(cacheEntries);
    private int _disposed;

    public CausalLanguageModel Model => model;

    public LanguageModelTokenizer Tokenizer => tokenizer;

    public int Dimension => model.Configuration.HiddenSize;

    public float[][] Embed(ReadOnlySpan<ReadOnlyMemory<char>> texts)
    {
        CheckNotDisposed();

        var embeddings = new float[texts.Length][];
        var rowsByKey = new Dictionary<UInt128, List<int>>();
        for (int row = 0; row < texts.Length; row++)
        {
            UInt128 key = EmbeddingCache.Key(texts[row].Span);
            if (_cache.Find(key) is { } known) embeddings[row] = known;
            else if (rowsByKey.TryGetValue(key, out List<int>? rows)) rows.Add(row);
            else rowsByKey[key] = [row];
        }

        UInt128[] keys = [.. rowsByKey.Keys];
        var tokens = new int[keys.Length][];
        for (int i = 0; i < keys.Length; i++) tokens[i] = [.. tokenizer.Encode(texts[rowsByKey[keys[i]][0]].ToString(), addSpecialTokens: true)];
        float[][] computed = Compute(tokens);
        for (int i = 0; i < keys.Length; i++)
        {
            _cache.Add(keys[i], computed[i]);
            foreach (int row in rowsByKey[keys[i]]) embeddings[row] = computed[i];
        }

        return embeddings;
    }

    public void CheckNotDisposed() => ObjectDisposedException.ThrowIf(_disposed != 0, this);

    /// <summary>Hands the model over to the caller, who frees it; the embedder is of no use afterwards.</summary>
    public CausalLanguageModel Release()
    {
        ObjectDisposedException.ThrowIf(Interlocked.Exchange(ref _disposed, 1) != 0, this);
        return model;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) model.Dispose();
    }

    /// <summary>A text without tokens gets a vector of zeros: there is nothing to average.</summary>
    private float[][] Compute(int[][] texts)
    {
        var sums = new float[texts.Length][];
        for (int i = 0; i < sums.Length; i++) sums[i] = new float[Dimension];

        Window[] windows = [.. texts.SelectMany(Windows).OrderBy(window => window.Tokens.Length)];
        foreach (Window[] batch in Batches(windows))
        {
            float[][] means = HiddenStatePooling.Pool(model, new TokenBatch([.. batch.Select(window => window.Tokens)]), layers);
            for (int i = 0; i < batch.Length; i++) Accumulate(sums[batch[i].Text], means[i], (float)batch[i].Tokens.Length / texts[batch[i].Text].Length);
        }

        return sums;
    }

    private IEnumerable<Window> Windows(int[] tokens, int text)
    {
        int context = model.Configuration.MaxPositions;
        for (int start = 0; start < tokens.Length; start += context)
            yield return new Window(text, tokens.AsMemory(start, Math.Min(context, tokens.Length - start)));
    }

    private IEnumerable<Window[]> Batches(Window[] windows)
    {
        int start = 0, tokens = 0;
        for (int end = 0; end < windows.Length; end++)
        {
            int length = windows[end].Tokens.Length;
            if (end > start && tokens + length > tokensPerBatch)
            {
                yield return windows[start..end];
                (start, tokens) = (end, 0);
            }

            tokens += length;
        }

        if (start < windows.Length) yield return windows[start..];
    }

    private static void Accumulate(float[] sum, float[] mean, float share)
    {
        for (int i = 0; i < sum.Length; i++) sum[i] += share * mean[i];
    }

    /// <summary>A piece of a text that fits into the model's context.</summary>
    private readonly record struct Window(int Text, ReadOnlyMemory<int> Tokens);
}
