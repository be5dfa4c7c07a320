namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Joins neighbouring symbols, the pair of lowest rank first, of equal ranks the leftmost, until no pair is left that can be joined.</summary>
internal static class BytePairMerger
{
    // Up to here looking at every pair for each merge is faster than keeping a heap.
    private const int MaxScannedLength = 48;

    private const int Dropped = int.MaxValue;

    /// <returns>How many symbols are left, at the start of <paramref name="symbols"/>.</returns>
    public static int Merge(Span<Symbol> symbols, PairTable merges) =>
        symbols.Length <= MaxScannedLength ? MergeByScanning(symbols, merges) : MergeByHeap(symbols, merges);

    private static int MergeByScanning(Span<Symbol> symbols, PairTable merges)
    {
        // candidates[i] joins symbols i and i + 1.
        Span<Merge> candidates = stackalloc Merge[MaxScannedLength];
        int count = symbols.Length;
        for (int i = 0; i + 1 < count; i++) candidates[i] = merges.Find(symbols[i].Id, symbols[i + 1].Id);
        while (count > 1)
        {
            int best = 0;
            for (int i = 1; i + 1 < count; i++)
            {
                if (candidates[i].Rank < candidates[best].Rank) best = i;
            }

            if (candidates[best] == LanguageModels.Merge.None) break;
            symbols[best] = Join(symbols[best], symbols[best + 1], candidates[best].Id);
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            count--;
            candidates[(best + 1)..count].CopyTo(candidates[best..]);
            if (best > 0) candidates[best - 1] = merges.Find(symbols[best - 1].Id, symbols[best].Id);
            if (best + 1 < count) candidates[best] = merges.Find(symbols[best].Id, symbols[best + 1].Id);
        }

        return count;
    }

    private static int MergeByHeap(Span<Symbol> symbols, PairTable merges)
    {
        // A list linked by index: a joined symbol stays in its left place, and the right place drops out.
        int[] next = new int[symbols.Length];
        int[] previous = new int[symbols.Length];
        for (int i = 0; i < symbols.Length; i++)
        {
            next[i] = i + 1;
            previous[i] = i - 1;
        }

        // Rank above, place below: the order in which pairs are to be joined.
        PriorityQueue<int, ulong> candidates = new(symbols.Length);
        for (int i = 0; i + 1 < symbols.Length; i++) Consider(symbols, i);
        while (candidates.TryDequeue(out int left, out ulong priority))
        {
            int right = next[left];
            if (right >= symbols.Length) continue; // the last symbol, or one that dropped out
            Merge merge = merges.Find(symbols[left].Id, symbols[right].Id);
            if (merge.Rank != (int)(priority >> 32)) continue; // one of the two has changed since
            symbols[left] = Join(symbols[left], symbols[right], merge.Id);
            next[left] = next[right];
            next[right] = Dropped;
            if (next[left] < symbols.Length)
            {
                previous[next[left]] = left;
                Consider(symbols, left);
            }

            if (previous[left] >= 0) Consider(symbols, previous[left]);
        }

        int count = 0;
        for (int i = 0; i < symbols.Length; i = next[i]) symbols[count++] = symbols[i];
        return count;

        void Consider(Span<Symbol> symbols, int left)
        {
            Merge merge = merges.Find(symbols[left].Id, symbols[next[left]].Id);
            if (merge != LanguageModels.Merge.None) candidates.Enqueue(left, ((ulong)merge.Rank << 32) | (uint)left);
        }
    }

    private static Symbol Join(Symbol left, Symbol right, int id) => new(id, left.Start, right.End);
}
