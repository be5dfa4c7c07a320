using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// The largest singular vectors of a matrix of texts and terms, weighed by TF-IDF (1 + ln count, times ln((1 + texts) / (1 + texts with the term)), rows of
/// length 1). A term that all texts have tells nothing and weighs nothing, unlike in scikit-learn's TF-IDF.
/// </summary>
internal static class LatentSemanticSpace
{
    /// <summary>A term of fewer texts says nothing of others; it has no place.</summary>
    private const int FewestTexts = 3;

    /// <summary>Places the terms.</summary>
    /// <param name="counts">For each text how often it has each of its terms.</param>
    /// <param name="terms">How many terms there are.</param>
    /// <param name="dimension">How many singular vectors; fewer where there are fewer texts or terms that tell texts apart.</param>
    /// <param name="seed">The seed of the decomposition.</param>
    /// <returns>Each term's coordinates times its inverse frequency, <c>[terms, at most dimension]</c>; the caller's.</returns>
    public static Tensor Vectors(List<Dictionary<int, int>> counts, int terms, int dimension, int seed)
    {
        double[] weights = InverseFrequencies(counts, terms);
        int telling = weights.Count(weight => weight > 0);
        if (telling == 0) return empty(terms, 0);

        float[,] vectors = TruncatedSvd.Project([.. counts.Select(text => Weigh(text, weights))], terms, Math.Min(dimension, telling), seed);
        using DisposeScope scope = NewDisposeScope();
        return (tensor(vectors) * tensor(weights, ScalarType.Float32).unsqueeze(1)).MoveToOuterDisposeScope();
    }

    private static double[] InverseFrequencies(List<Dictionary<int, int>> counts, int terms)
    {
        int[] texts = new int[terms];
        foreach (int term in counts.SelectMany(text => text.Keys)) texts[term]++;
        return Array.ConvertAll(texts, frequency => frequency < FewestTexts ? 0 : Math.Log((1.0 + counts.Count) / (1 + frequency)));
    }

    private static List<(int Term, float Weight)> Weigh(Dictionary<int, int> counts, double[] weights)
    {
        List<(int Term, float Weight)> row =
        [
            .. counts.Where(pair => weights[pair.Key] > 0)
                .OrderBy(pair => pair.Key)
                .Select(pair => (pair.Key, (float)(weights[pair.Key] * (1 + Math.Log(pair.Value))))),
        ];
        float length = MathF.Sqrt(row.Sum(entry => entry.Weight * entry.Weight));
        return row.ConvertAll(entry => (entry.Term, entry.Weight / length));
    }
}
