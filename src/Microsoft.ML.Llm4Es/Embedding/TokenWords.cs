using System.Text.RegularExpressions;
using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es;

/// <summary>The words of each token of a vocabulary: runs of two letters or more, in lower case. Whole values have several, numbers and times none.</summary>
internal sealed partial class TokenWords
{
    private readonly int[][] _words;

    public TokenWords(LanguageModelTokenizer tokenizer, int vocabulary)
    {
        var ids = new Dictionary<string, int>();
        _words = [.. Enumerable.Range(0, vocabulary).Select(token => Word().Matches(tokenizer.Decode([token], skipSpecialTokens: true)).Select(Id).ToArray())];
        Distinct = ids.Count;

        int Id(Match word)
        {
            string text = word.Value.ToLowerInvariant();
            if (!ids.TryGetValue(text, out int id)) ids.Add(text, id = ids.Count);
            return id;
        }
    }

    /// <summary>Gets how many different words there are.</summary>
    public int Distinct { get; }

    /// <summary>How often a text has each word.</summary>
    public Dictionary<int, int> Count(Dictionary<int, int> tokens)
    {
        var counts = new Dictionary<int, int>();
        foreach ((int token, int count) in tokens)
        {
            foreach (int word in _words[token]) counts[word] = counts.GetValueOrDefault(word) + count;
        }

        return counts;
    }

    /// <summary>The sum of the vectors of each token's words, <c>[vocabulary, dimension]</c> of <c>[words, dimension]</c>; the caller's.</summary>
    public Tensor Sum(Tensor vectors)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor tokens = tensor([.. _words.SelectMany((words, token) => Enumerable.Repeat((long)token, words.Length))]);
        Tensor words = tensor([.. _words.SelectMany(words => words.Select(word => (long)word))]);
        return zeros([_words.Length, vectors.shape[1]]).index_add_(0, tokens, vectors.index_select(0, words), 1).MoveToOuterDisposeScope();
    }

    [GeneratedRegex(@"\p{L}{2,}")]
    private static partial Regex Word();
}
