using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>All ways of pooling of a search in one vector, computed in one pass over the texts, and the parts of it that a trial is about.</summary>
internal static class TrialPooling
{
    /// <summary>One way of pooling from which each of some can be cut out.</summary>
    /// <param name="poolings">The ways.</param>
    /// <param name="hiddenLayers">How many layers the model has: a space may be of models of several depths.</param>
    public static PoolingOptions Union(IReadOnlyList<PoolingOptions> poolings, int hiddenLayers)
    {
        if (poolings.Count == 1) return poolings[0];
        LayerRange[] layers = [.. poolings.SelectMany(pooling => pooling.Layers).Distinct().Where(range => Math.Max(range.First ?? 0, range.Last ?? 0) <= hiddenLayers)];
        return new PoolingOptions
        {
            Layers = layers.Length > 0 ? layers : [LayerRange.LastOnly],
            Tokens = [.. poolings.SelectMany(pooling => pooling.Tokens).Distinct()],
        };
    }

    /// <summary>The part of vectors of the <paramref name="union"/> that a way of pooling is.</summary>
    /// <exception cref="ArgumentException">The model has fewer layers than it asks for.</exception>
    public static float[][] Cut(float[][] vectors, PoolingOptions union, PoolingOptions pooling)
    {
        int parts = union.Layers.Count * union.Tokens.Count;
        int width = vectors[0].Length / parts;
        int[] wanted = [.. pooling.Layers.SelectMany(layers => pooling.Tokens.Select(tokens => Place(union, layers, tokens)))];
        return Array.ConvertAll(vectors, vector => wanted.SelectMany(place => vector[(place * width)..((place + 1) * width)]).ToArray());
    }

    private static int Place(PoolingOptions union, LayerRange layers, TokenPooling tokens)
    {
        int range = union.Layers.ToList().IndexOf(layers);
        if (range < 0) throw new ArgumentException($"The layers {layers} are asked for, and the model has fewer.");
        return (range * union.Tokens.Count) + union.Tokens.ToList().IndexOf(tokens);
    }
}
