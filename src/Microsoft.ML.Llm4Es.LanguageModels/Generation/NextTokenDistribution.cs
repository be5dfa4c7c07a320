using System.Buffers;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Turns logits into the probabilities that the next token is drawn from, as the processors of Hugging Face's transformers do, in their order.</summary>
internal static class NextTokenDistribution
{
    /// <summary>Makes tokens that were there before less likely.</summary>
    /// <param name="logits"><c>[vocabulary]</c>; changed.</param>
    /// <param name="previous">Each token that was there, once.</param>
    /// <param name="penalty">Above 1 to make them less likely.</param>
    internal static void Penalize(Span<float> logits, IEnumerable<int> previous, double penalty)
    {
        foreach (int token in previous)
        {
            float logit = logits[token];
            logits[token] = logit < 0 ? logit * (float)penalty : logit / (float)penalty;
        }
    }

    /// <summary>Makes logits probabilities, 0 for tokens that the options leave out.</summary>
    /// <param name="logits"><c>[vocabulary]</c>; changed to the probabilities, which sum to 1.</param>
    /// <param name="options">What is left out.</param>
    internal static void ToProbabilities(Span<float> logits, SamplingOptions options)
    {
        foreach (ref float logit in logits) logit /= (float)options.Temperature;
        if (options.TopK is { } count && count < logits.Length) RemoveBelow(logits, NthLargest(logits, count), float.NegativeInfinity);
        float largest = Largest(logits);
        foreach (ref float logit in logits) logit = MathF.Exp(logit - largest);
        Normalize(logits);
        if (options.TopP < 1) KeepNucleus(logits, options.TopP);
        if (options.MinP > 0) RemoveBelow(logits, (float)(options.MinP * Largest(logits)), 0);
        Normalize(logits);
    }

    private static float Largest(ReadOnlySpan<float> values)
    {
        float largest = values[0];
        foreach (float value in values) largest = Math.Max(largest, value);
        return largest;
    }

    /// <summary>Makes values sum to 1.</summary>
    private static void Normalize(Span<float> values)
    {
        double sum = 0;
        foreach (float value in values) sum += value;
        foreach (ref float value in values) value = (float)(value / sum);
    }

    private static void RemoveBelow(Span<float> values, float threshold, float replacement)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] < threshold) values[i] = replacement;
        }
    }

    /// <summary>Keeps the likeliest tokens until they have the wanted probability; those that follow in order of likelihood become 0.</summary>
    private static void KeepNucleus(Span<float> probabilities, double wanted)
    {
        // All tokens below this have less than 1 - wanted together, so that none of them is kept; the few above it are sorted.
        float negligible = (float)((1 - wanted) / probabilities.Length);
        float[] likely = ArrayPool<float>.Shared.Rent(probabilities.Length);
        int[] tokens = ArrayPool<int>.Shared.Rent(probabilities.Length);
        int count = 0;
        double rest = 0;
        for (int token = 0; token < probabilities.Length; token++)
        {
            float probability = probabilities[token];
            if (probability < negligible)
            {
                rest += probability;
                probabilities[token] = 0;
                continue;
            }

            likely[count] = probability;
            tokens[count++] = token;
        }

        Array.Sort(likely, tokens, 0, count);
        for (int i = 0; i < count - 1; i++)
        {
            rest += likely[i];
            if (rest > 1 - wanted) break;
            probabilities[tokens[i]] = 0;
        }

        ArrayPool<float>.Shared.Return(likely);
        ArrayPool<int>.Shared.Return(tokens);
    }

    /// <summary>Finds the value that so many values are at least: quickselect (Hoare, 1961) on a copy.</summary>
    private static float NthLargest(ReadOnlySpan<float> values, int count)
    {
        float[] copy = ArrayPool<float>.Shared.Rent(values.Length);
        values.CopyTo(copy);
        int low = 0;
        int high = values.Length - 1;
        int wanted = values.Length - count;
        while (low < high)
        {
            float pivot = copy[low + ((high - low) / 2)];
            int left = low;
            int right = high;
            while (left <= right)
            {
                while (copy[left] < pivot) left++;
                while (copy[right] > pivot) right--;
                if (left > right) break;
                (copy[left], copy[right]) = (copy[right], copy[left]);
                left++;
                right--;
            }

            if (wanted <= right) high = right;
            else if (wanted >= left) low = left;
            else break;
        }

        float result = copy[wanted];
        ArrayPool<float>.Shared.Return(copy);
        return result;
    }
}
