using System.Runtime.InteropServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Which tokens of a row are pooled, which event each belongs to, and what each weighs.</summary>
/// <param name="Skip">How many tokens at the row's beginning, such as a prompt, are read but not pooled. The row needs a token more.</param>
/// <param name="Events">
/// For each of the row's tokens the number of its event, counted from 0; -1 for a token of none, such as a header's. Empty: all tokens are of one event.
/// Read by <see cref="TokenPooling.EventMean"/> alone.
/// </param>
/// <param name="Weights">
/// For each of the row's tokens its weight, such as <see cref="SublinearWeights"/> of the whole text that the row is a window of. Empty: those of the row's own
/// pooled tokens. Read by <see cref="TokenPooling.SublinearMean"/> alone.
/// </param>
public readonly record struct PooledRow(int Skip, ReadOnlyMemory<int> Events, ReadOnlyMemory<float> Weights = default)
{
    /// <summary>Makes weights by which the tokens of a kind weigh 1 + ln(count) together: (1 + ln(count)) / count each.</summary>
    /// <param name="ids">The tokens of a text.</param>
    /// <returns>A weight for each, above 0 and at most 1.</returns>
    public static float[] SublinearWeights(ReadOnlySpan<int> ids)
    {
        Dictionary<int, int> counts = [];
        foreach (int id in ids) CollectionsMarshal.GetValueRefOrAddDefault(counts, id, out _)++;

        float[] weights = new float[ids.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            float count = counts[ids[i]];
            weights[i] = (1 + MathF.Log(count)) / count;
        }

        return weights;
    }
}
