namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The terms that count, and the weight of each: the rarer, the heavier.</summary>
internal sealed class TermVocabulary
{
    private readonly string[] _terms;
    private readonly float[] _weights;
    private readonly Dictionary<string, int> _index;

    private TermVocabulary(string[] terms, float[] weights)
    {
        _terms = terms;
        _weights = weights;
        _index = terms.Select((term, i) => (term, i)).ToDictionary(pair => pair.term, pair => pair.i);
    }

    public int Count => _terms.Length;

    /// <summary>Keeps the terms that most entities have; equally frequent ones in the order of text, so that the order of entities does not matter.</summary>
    /// <param name="entitiesByTerm">How many entities have each term.</param>
    /// <param name="entities">How many entities there are.</param>
    /// <param name="minEntities">Terms of fewer entities are left out.</param>
    /// <param name="maxTerms">How many terms are kept at most.</param>
    public static TermVocabulary Learn(IReadOnlyDictionary<string, int> entitiesByTerm, int entities, int minEntities, int maxTerms)
    {
        KeyValuePair<string, int>[] kept =
        [
            .. entitiesByTerm.Where(pair => pair.Value >= minEntities)
                .OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Key, StringComparer.Ordinal)
                .Take(maxTerms),
        ];
        // The smoothed inverse document frequency of scikit-learn's TfidfTransformer.
        float[] weights = Array.ConvertAll(kept, pair => (float)(Math.Log((1.0 + entities) / (1 + pair.Value)) + 1));
        return new TermVocabulary(Array.ConvertAll(kept, pair => pair.Key), weights);
    }

    /// <summary>An entity's TF-IDF vector without its zeros: term weight times 1 + ln(count), scaled to length 1. Terms that are not in the vocabulary do not count.</summary>
    public List<(int Term, float Weight)> Weigh(IReadOnlyDictionary<string, int> counts)
    {
        var weighed = new List<(int Term, float Weight)>(counts.Count);
        foreach ((string term, int count) in counts)
            if (_index.TryGetValue(term, out int index)) weighed.Add((index, _weights[index] * (1 + MathF.Log(count))));

        // The order in which terms come must not change the last bits of the sums over them.
        weighed.Sort();
        float length = MathF.Sqrt(weighed.Sum(pair => pair.Weight * pair.Weight));
        return weighed.ConvertAll(pair => (pair.Term, pair.Weight / length));
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(_terms.Length);
        for (int i = 0; i < _terms.Length; i++)
        {
            writer.Write(_terms[i]);
            writer.Write(_weights[i]);
        }
    }

    public static TermVocabulary Read(BinaryReader reader)
    {
        string[] terms = new string[reader.ReadInt32()];
        float[] weights = new float[terms.Length];
        for (int i = 0; i < terms.Length; i++)
        {
            terms[i] = reader.ReadString();
            weights[i] = reader.ReadSingle();
        }

        return new TermVocabulary(terms, weights);
    }
}
