namespace Microsoft.ML.Llm4Es;

/// <summary>What an embedder's cache has done so far.</summary>
/// <param name="Entries">The vectors in memory.</param>
/// <param name="Bytes">The bytes that they take.</param>
/// <param name="Hits">How many texts were answered from memory.</param>
/// <param name="DiskHits">How many texts were answered from the cache's folder.</param>
/// <param name="Misses">How many texts had to be computed.</param>
public readonly record struct EmbeddingCacheStatistics(int Entries, long Bytes, long Hits, long DiskHits, long Misses);
