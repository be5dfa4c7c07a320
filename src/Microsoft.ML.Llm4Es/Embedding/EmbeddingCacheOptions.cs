namespace Microsoft.ML.Llm4Es;

/// <summary>How many vectors a fitted embedder keeps, and where.</summary>
public sealed record EmbeddingCacheOptions
{
    /// <summary>Gets a cache that keeps nothing.</summary>
    public static EmbeddingCacheOptions None { get; } = new() { Entries = 0 };

    /// <summary>Gets the most vectors in memory; the oldest give way. Default 100,000; 0 keeps none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Entries { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Entries), value, "Expected 0 or more."); } = 100_000;

    /// <summary>Gets the most bytes that the vectors in memory take. Default 1 GiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Bytes { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Bytes), value, "Expected 0 or more."); } = 1L << 30;

    /// <summary>
    /// Gets a folder that keeps vectors from run to run. Default null: none. Files are named by a fingerprint of the model and of what it makes of a text,
    /// so that different models may share the folder, and several processes may at once. It is not saved in a model: see
    /// <see cref="FineTuneLlmEmbedderTransformer.UseCacheFolder"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string? Folder
    {
        get;
        init
        {
            if (value is not null) ArgumentException.ThrowIfNullOrEmpty(value);
            field = value;
        }
    }
}
