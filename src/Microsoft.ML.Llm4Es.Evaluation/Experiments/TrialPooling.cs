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
        PooledPart[] parts = [.. poolings.SelectMany(pooling => pooling.Parts).Distinct().Where(part => Math.Max(part.Layers.First ?? 0, part.Layers.Last ?? 0) <= hiddenLayers)];
        return parts.Length > 0 ? new PoolingOptions { Parts = parts } : PoolingOptions.Of(LayerRange.LastOnly);
    }

    /// <summary>The part of vectors of the <paramref name="union"/> that a way of pooling is.</summary>
    /// <exception cref="ArgumentException">The model has fewer layers than it asks for.</exception>
    public static T[][] Cut<T>(IReadOnlyList<T[]> vectors, PoolingOptions union, PoolingOptions pooling)
    {
        int width = vectors[0].Length / union.Parts.Count;
        int[] wanted = [.. pooling.Parts.Select(part => Place(union, part))];
        return [.. vectors.Select(vector => wanted.SelectMany(place => vector[(place * width)..((place + 1) * width)]).ToArray())];
    }

    private static int Place(PoolingOptions union, PooledPart part)
    {
        int place = union.Parts.ToList().IndexOf(part);
        return place >= 0 ? place : throw new ArgumentException($"The layers {part.Layers} are asked for, and the model has fewer.");
    }
}
