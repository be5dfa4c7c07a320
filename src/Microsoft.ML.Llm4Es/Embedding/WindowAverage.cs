using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>Makes one vector of those of a text's windows: means weighed by what each is a mean of, the largest of maxima, the last of last tokens.</summary>
internal sealed class WindowAverage(PoolingOptions pooling, int hiddenSize)
{
    private readonly float[] _sum = new float[pooling.Parts.Count * hiddenSize];
    private double _tokens;
    private double _events;
    private double _weight;

    public void Add(TextWindow window, float[] vector)
    {
        bool isFirst = _tokens == 0;
        for (int part = 0; part < pooling.Parts.Count; part++)
        {
            Span<float> sum = _sum.AsSpan(part * hiddenSize, hiddenSize);
            ReadOnlySpan<float> values = vector.AsSpan(part * hiddenSize, hiddenSize);
            switch (pooling.Parts[part].Tokens)
            {
                case TokenPooling.Mean: AddShare(sum, values, window.PooledTokens, _tokens); break;
                case TokenPooling.EventMean: AddShare(sum, values, window.PooledEvents, _events); break;
                case TokenPooling.SublinearMean: AddShare(sum, values, window.PooledWeight, _weight); break;
                case TokenPooling.Max when !isFirst: Maximize(sum, values); break;
                default: values.CopyTo(sum); break;
            }
        }

        _tokens += window.PooledTokens;
        _events += window.PooledEvents;
        _weight += window.PooledWeight;
    }

    /// <summary>The vector; zeros for a text without tokens, of which there is nothing to average.</summary>
    public float[] Result(bool normalize)
    {
        if (!normalize) return _sum;
        double norm = Math.Sqrt(_sum.Sum(value => (double)value * value));
        return norm == 0 ? _sum : Array.ConvertAll(_sum, value => (float)(value / norm));
    }

    private static void AddShare(Span<float> mean, ReadOnlySpan<float> values, double weight, double before)
    {
        float share = (float)(weight / (before + weight));
        for (int i = 0; i < mean.Length; i++) mean[i] += share * (values[i] - mean[i]);
    }

    private static void Maximize(Span<float> largest, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < largest.Length; i++) largest[i] = Math.Max(largest[i], values[i]);
    }
}
