using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Microsoft.ML.Llm4Es;

/// <summary>What a vector is kept under: 128 bits of the text's tokens. Two of a billion texts share a key with a chance of one in 10^21.</summary>
internal static class EmbeddingKey
{
    public static UInt128 Of(ReadOnlySpan<int> tokens)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(tokens), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
