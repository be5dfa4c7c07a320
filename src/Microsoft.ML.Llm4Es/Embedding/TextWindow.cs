using System.Numerics.Tensors;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>A piece of a text that the model reads at once: a prompt, context that another window pools, and the tokens that this one pools.</summary>
/// <param name="Text">Which text it is of.</param>
/// <param name="Ids">All of its tokens.</param>
/// <param name="Pooled">What of it is pooled.</param>
internal readonly record struct TextWindow(int Text, int[] Ids, PooledRow Pooled)
{
    /// <summary>The tokens that are pooled.</summary>
    public int PooledTokens => Ids.Length - Pooled.Skip;

    /// <summary>The events that are pooled.</summary>
    public int PooledEvents
    {
        get
        {
            var events = new HashSet<int>(Pooled.Events.Span[Math.Min(Pooled.Skip, Pooled.Events.Length)..].ToArray());
            events.Remove(-1);
            return Math.Max(1, events.Count);
        }
    }

    /// <summary>The sum of the weights of the tokens that are pooled.</summary>
    public float PooledWeight => TensorPrimitives.Sum(Pooled.Weights.Span[Pooled.Skip..]);

    /// <summary>Cuts a text into windows.</summary>
    /// <param name="text">The text's number.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="prompt">The tokens that each window begins with.</param>
    /// <param name="most">The most tokens of a window; more than the prompt and the overlap together.</param>
    /// <param name="overlap">How many tokens before a window it reads again.</param>
    public static IEnumerable<TextWindow> Cut(int text, TextTokens tokens, int[] prompt, int most, int overlap)
    {
        int length = tokens.Ids.Length;
        float[] weights = PooledRow.SublinearWeights(tokens.Ids);
        for (int start = 0; start < length;)
        {
            int from = Math.Max(0, start - overlap);
            int end = Math.Min(length, from + most - prompt.Length);
            int[] ids = [.. prompt, .. tokens.Ids.AsSpan(from..end)];
            int[] events = tokens.Events.Length == 0 ? [] : [.. Enumerable.Repeat(-1, prompt.Length), .. tokens.Events.AsSpan(from..end)];
            yield return new TextWindow(text, ids, new PooledRow(prompt.Length + start - from, events, (float[])[.. new float[prompt.Length], .. weights.AsSpan(from..end)]));
            start = end;
        }
    }
}
