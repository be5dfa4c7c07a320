using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// The embeddings of the texts seen last, bounded. Trainers read a column several times (LightGBM five, SDCA twelve); each text is computed once.
/// Safe for several threads.
/// </summary>
internal sealed class EmbeddingCache(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, float[]> _embeddings = [];
    private readonly Queue<UInt128> _oldestFirst = new();

    /// <summary>128 bits: two of a billion texts share a key with a chance of one in 10^21.</summary>
    public static UInt128 Key(ReadOnlySpan<char> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    public float[]? Find(UInt128 key)
    {
        lock (_lock) return _embeddings.GetValueOrDefault(key);
    }

    public void Add(UInt128 key, float[] embedding)
    {
        lock (_lock)
        {
            if (capacity == 0 || !_embeddings.TryAdd(key, embedding)) return;
            _oldestFirst.Enqueue(key);
            if (_oldestFirst.Count > capacity) _embeddings.Remove(_oldestFirst.Dequeue());
        }
    }
}
