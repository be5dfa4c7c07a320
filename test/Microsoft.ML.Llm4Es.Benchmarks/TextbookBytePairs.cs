using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>Byte pair encoding as the textbook has it (Sennrich et al., arXiv 1508.07909): before each merge all pairs of all different words are counted.</summary>
internal sealed class TextbookBytePairs
{
    private readonly List<(List<int> Ids, long Count)> _words;

    internal TextbookBytePairs(IEnumerable<string> texts)
    {
        Regex pattern = new(BytePairTrainerOptions.Gpt2Pattern, RegexOptions.Compiled);
        Dictionary<string, long> counts = [];
        foreach (string text in texts)
        {
            foreach (ValueMatch match in pattern.EnumerateMatches(text))
                CollectionsMarshal.GetValueRefOrAddDefault(counts, text.Substring(match.Index, match.Length), out _)++;
        }

        _words = [.. counts.Select(word => (Encoding.UTF8.GetBytes(word.Key).Select(b => (int)b).ToList(), word.Value))];
    }

    /// <summary>The pairs to merge, most frequent first.</summary>
    internal List<(int Left, int Right)> Learn(int merges)
    {
        List<(int Left, int Right)> learnt = [];
        while (learnt.Count < merges)
        {
            Dictionary<(int Left, int Right), long> counts = CountPairs();
            if (counts.Count == 0) break;
            (int Left, int Right) best = counts.MaxBy(pair => (pair.Value, -pair.Key.Left, -pair.Key.Right)).Key;
            foreach ((List<int> ids, _) in _words) Merge(ids, best, id: 256 + learnt.Count);
            learnt.Add(best);
        }

        return learnt;
    }

    private Dictionary<(int Left, int Right), long> CountPairs()
    {
        Dictionary<(int Left, int Right), long> counts = [];
        foreach ((List<int> ids, long count) in _words)
        {
            for (int i = 0; i + 1 < ids.Count; i++) CollectionsMarshal.GetValueRefOrAddDefault(counts, (ids[i], ids[i + 1]), out _) += count;
        }

        return counts;
    }

    private static void Merge(List<int> ids, (int Left, int Right) pair, int id)
    {
        for (int i = 0; i + 1 < ids.Count; i++)
        {
            if (ids[i] != pair.Left || ids[i + 1] != pair.Right) continue;
            ids[i] = id;
            ids.RemoveAt(i + 1);
        }
    }
}
