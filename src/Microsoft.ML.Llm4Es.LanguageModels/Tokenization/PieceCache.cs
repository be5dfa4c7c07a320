using System.Runtime.InteropServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// Tokens of pieces seen lately. A piece has one place, decided by its hash, and a newcomer takes it over: the cache is bounded, and
/// threads share it without locks, since an entry never changes once it is there.
/// </summary>
internal sealed class PieceCache
{
    /// <summary>Longer pieces are rarely seen twice.</summary>
    public const int MaxPieceLength = 64;

    private const int Places = 1 << 16;

    private readonly Entry?[] _entries = new Entry?[Places];

    public Symbol[]? Find(ReadOnlySpan<char> piece)
    {
        Entry? entry = Volatile.Read(ref _entries[PlaceOf(piece)]);
        return entry is not null && piece.SequenceEqual(entry.Piece) ? entry.Symbols : null;
    }

    public void Add(ReadOnlySpan<char> piece, Symbol[] symbols) =>
        Volatile.Write(ref _entries[PlaceOf(piece)], new Entry(piece.ToArray(), symbols));

    private static int PlaceOf(ReadOnlySpan<char> piece)
    {
        ulong hash = (ulong)piece.Length;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(piece);
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        if (bytes.Length >= sizeof(uint))
        {
            hash = Mix(hash ^ MemoryMarshal.Read<uint>(bytes));
            bytes = bytes[sizeof(uint)..];
        }

        if (bytes.Length > 0) hash = Mix(hash ^ MemoryMarshal.Read<ushort>(bytes));
        return (int)(hash >> 48);
    }

    private static ulong Mix(ulong value)
    {
        value *= 0x9E3779B97F4A7C15;
        return value ^ (value >> 32);
    }

    private sealed record Entry(char[] Piece, Symbol[] Symbols);
}
