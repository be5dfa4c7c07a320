using System.Numerics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A merge of two neighbouring tokens: the lower its rank, the earlier it is made.</summary>
internal readonly record struct Merge(int Rank, int Id)
{
    public static readonly Merge None = new(int.MaxValue, -1);
}

/// <summary>Merges by the pair of ids that they join: a hash table with open addressing, read by many threads and written by none.</summary>
internal sealed class PairTable
{
    private readonly ulong[] _pairs;
    private readonly Merge[] _merges;
    private readonly int _shift;

    /// <summary>Of a pair that is given twice, the later merge counts, as in the reference.</summary>
    public PairTable(IReadOnlyCollection<MergeRule> merges)
    {
        uint capacity = BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, merges.Count * 2));
        _pairs = new ulong[capacity];
        _merges = new Merge[capacity];
        _shift = 64 - BitOperations.Log2(capacity);
        Array.Fill(_pairs, Empty);
        int rank = 0;
        foreach ((int left, int right, int id) in merges)
        {
            int slot = SlotOf(Key(left, right));
            _pairs[slot] = Key(left, right);
            _merges[slot] = new Merge(rank++, id);
        }
    }

    // No pair: ids are not negative.
    private const ulong Empty = ulong.MaxValue;

    public Merge Find(int left, int right)
    {
        int slot = SlotOf(Key(left, right));
        return _pairs[slot] == Empty ? Merge.None : _merges[slot];
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int SlotOf(ulong key)
    {
        // Fibonacci hashing: the high bits of a product with 2^64 / golden ratio are well mixed.
        int slot = (int)((key * 0x9E3779B97F4A7C15) >> _shift);
        ulong[] pairs = _pairs;
        while (pairs[slot] != key && pairs[slot] != Empty) slot = (slot + 1) & (pairs.Length - 1);
        return slot;
    }
}
