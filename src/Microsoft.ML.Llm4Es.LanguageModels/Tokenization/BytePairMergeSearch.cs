using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// Finds the merges of a byte pair encoding one by one. Pair counts are kept up to date with each merge, and a heap orders them.
/// It goes about as the tokenizers library does, down to this: a pair that becomes possible once more after it was merged (because two pairs
/// give the same token) keeps the count it had.
/// </summary>
internal sealed class BytePairMergeSearch
{
    private readonly List<string> _tokens;
    private readonly Dictionary<string, int> _ids;
    private readonly Word[] _words;
    private readonly Dictionary<Pair, long> _counts = [];

    // For each pair, by count when it was queued, the words that made it a candidate.
    private readonly PriorityQueue<List<int>, (long Count, Pair Pair)> _candidates = new(new MostFrequentFirst());
    private readonly List<MergeRule> _merges = [];

    // Words in which the merge at hand makes a pair more frequent.
    private readonly Dictionary<Pair, List<int>> _grown = [];

    /// <param name="counts">How often each word occurs.</param>
    /// <param name="tokens">The tokens so far, the bytes among them; merges append theirs.</param>
    /// <param name="cancellationToken">Ends the counting of pairs early.</param>
    public BytePairMergeSearch(IReadOnlyDictionary<string, long> counts, List<string> tokens, CancellationToken cancellationToken)
    {
        _tokens = tokens;
        _ids = tokens.Select((token, id) => (token, id)).ToDictionary(t => t.token, t => t.id, StringComparer.Ordinal);
        int[] byteIds = [.. ByteLevelAlphabet.ByByte.ToArray().Select(c => _ids[c.ToString()])];
        _words = [.. counts.Select(c => new Word([.. Encoding.UTF8.GetBytes(c.Key).Select(b => byteIds[b])], c.Value))];
        for (int w = 0; w < _words.Length; w++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int i = 0; i + 1 < _words[w].Length; i++) Change(new Pair(_words[w].Ids[i], _words[w].Ids[i + 1]), 1, w);
        }

        AddGrownCandidates();
    }

    /// <summary>The merges so far, best first.</summary>
    public IReadOnlyList<MergeRule> Merges => _merges;

    /// <summary>Merges the most frequent pair.</summary>
    /// <returns>False if no pair occurs <paramref name="minimumFrequency"/> times.</returns>
    public bool MergeBest(long minimumFrequency)
    {
        while (_candidates.TryDequeue(out List<int>? words, out (long Count, Pair Pair) priority))
        {
            Pair pair = priority.Pair;
            long count = _counts[pair];
            if (count != priority.Count)
            {
                // Other merges have changed the count since it was queued.
                _candidates.Enqueue(words, (count, pair));
                continue;
            }

            if (count < minimumFrequency) return false;
            Merge(pair, words);
            return true;
        }

        return false;
    }

    private void Merge(Pair pair, List<int> words)
    {
        string token = _tokens[pair.Left] + _tokens[pair.Right];
        if (!_ids.TryGetValue(token, out int id))
        {
            id = _tokens.Count;
            _ids[token] = id;
            _tokens.Add(token);
        }

        _merges.Add(new MergeRule(pair.Left, pair.Right, id));
        foreach (int word in words) Merge(word, pair, id);
        AddGrownCandidates();
    }

    private void Merge(int wordIndex, Pair pair, int id)
    {
        Word word = _words[wordIndex];
        int[] ids = word.Ids;
        int written = 0;
        int read = 0;
        while (read < word.Length)
        {
            bool found = read + 1 < word.Length && ids[read] == pair.Left && ids[read + 1] == pair.Right;
            if (!found)
            {
                ids[written++] = ids[read++];
                continue;
            }

            if (written > 0)
            {
                Change(new Pair(ids[written - 1], pair.Left), -1, wordIndex);
                Change(new Pair(ids[written - 1], id), 1, wordIndex);
            }

            ids[written++] = id;
            read += 2;
            if (read < word.Length)
            {
                Change(new Pair(pair.Right, ids[read]), -1, wordIndex);
                Change(new Pair(id, ids[read]), 1, wordIndex);
            }
        }

        word.Length = written;
    }

    private void Change(Pair pair, int direction, int wordIndex)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, pair, out _) += direction * _words[wordIndex].Count;
        if (direction < 0) return;

        ref List<int>? words = ref CollectionsMarshal.GetValueRefOrAddDefault(_grown, pair, out _);
        words ??= [];
        if (words.Count == 0 || words[^1] != wordIndex) words.Add(wordIndex);
    }

    private void AddGrownCandidates()
    {
        foreach ((Pair pair, List<int> words) in _grown)
        {
            if (_counts[pair] > 0) _candidates.Enqueue(words, (_counts[pair], pair));
        }

        _grown.Clear();
    }

    private readonly record struct Pair(int Left, int Right);

    private sealed class Word(int[] ids, long count)
    {
        public int[] Ids { get; } = ids;

        public int Length { get; set; } = ids.Length;

        public long Count { get; } = count;
    }

    /// <summary>Of equal counts the pair of the smaller left, then right id comes first.</summary>
    private sealed class MostFrequentFirst : IComparer<(long Count, Pair Pair)>
    {
        public int Compare((long Count, Pair Pair) x, (long Count, Pair Pair) y)
        {
            if (x.Count != y.Count) return y.Count.CompareTo(x.Count);
            return x.Pair.Left != y.Pair.Left ? x.Pair.Left.CompareTo(y.Pair.Left) : x.Pair.Right.CompareTo(y.Pair.Right);
        }
    }
}
