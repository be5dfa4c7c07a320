namespace Microsoft.ML.Llm4Es;

/// <summary>
/// The embeddings of the texts seen last, bounded by number and bytes, and all of them in a folder where there is one. Trainers read a column several
/// times (LightGBM five, SDCA twelve); each text is computed once. Safe for several threads.
/// </summary>
internal sealed class EmbeddingCache(EmbeddingCacheOptions options) : IDisposable
{
    /// <summary>What an entry takes beside the vector: key, array header, and its places in the dictionary and the queue.</summary>
    private const int BytesPerEntry = 96;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, float[]> _embeddings = [];
    private readonly Queue<UInt128> _oldestFirst = new();
    private EmbeddingStore? _store;
    private long _bytes;
    private long _hits;
    private long _diskHits;
    private long _misses;

    public EmbeddingCacheStatistics Statistics
    {
        get
        {
            lock (_lock) return new(_embeddings.Count, _bytes, _hits, _diskHits, _misses);
        }
    }

    /// <summary>Keeps vectors in a folder as well, from now on. The cache owns the store.</summary>
    public void Use(EmbeddingStore store)
    {
        lock (_lock)
        {
            _store?.Dispose();
            _store = store;
        }
    }

    public float[]? Find(UInt128 key)
    {
        lock (_lock)
        {
            if (_embeddings.TryGetValue(key, out float[]? embedding))
            {
                _hits++;
                return embedding;
            }

            embedding = _store?.Find(key);
            if (embedding is null)
            {
                _misses++;
                return null;
            }

            _diskHits++;
            Keep(key, embedding);
            return embedding;
        }
    }

    public void Add(UInt128 key, float[] embedding)
    {
        lock (_lock)
        {
            Keep(key, embedding);
            _store?.Add(key, embedding);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _store?.Dispose();
            _store = null;
        }
    }

    private void Keep(UInt128 key, float[] embedding)
    {
        long size = Size(embedding);
        if (options.Entries == 0 || size > options.Bytes || !_embeddings.TryAdd(key, embedding)) return;
        _oldestFirst.Enqueue(key);
        _bytes += size;
        while (_embeddings.Count > options.Entries || _bytes > options.Bytes)
        {
            _embeddings.Remove(_oldestFirst.Dequeue(), out float[]? oldest);
            _bytes -= Size(oldest!);
        }
    }

    private static long Size(float[] embedding) => (embedding.Length * (long)sizeof(float)) + BytesPerEntry;
}
