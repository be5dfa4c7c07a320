namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The angles per position of a rotary embedding, <c>[head dimension / 2]</c>, and the factor on their cosines and sines.</summary>
/// <remarks>Formulas as in <c>modeling_rope_utils.py</c> of Hugging Face's transformers, whose models define them.</remarks>
internal sealed record RotaryFrequencies(float[] Frequencies, double AttentionFactor)
{
    /// <summary>Computes the frequencies for a row of <paramref name="length"/> tokens; only the dynamic type depends on it.</summary>
    internal static RotaryFrequencies For(LanguageModelConfiguration configuration, int length)
    {
        RotaryEmbeddingConfiguration rope = configuration.RotaryEmbedding;
        int dimension = configuration.HeadDimension;
        int original = rope.OriginalMaxPositions ?? configuration.MaxPositions;
        double[] plain = Plain(rope.Theta, dimension);
        return rope.Type switch
        {
            RotaryEmbeddingType.Default => Rounded(plain),
            RotaryEmbeddingType.Linear => Rounded([.. plain.Select(frequency => frequency / rope.Factor)]),
            RotaryEmbeddingType.Dynamic => Rounded(Plain(DynamicTheta(rope, dimension, configuration.MaxPositions, length), dimension)),
            RotaryEmbeddingType.Llama3 => Rounded([.. plain.Select(frequency => Llama3(frequency, rope, original))]),
            RotaryEmbeddingType.Yarn => Rounded(Yarn(plain, rope, dimension, original), YarnAttentionFactor(rope)),
            _ => throw new ArgumentOutOfRangeException(nameof(configuration), rope.Type, "Unknown rotary embedding type."),
        };
    }

    private static RotaryFrequencies Rounded(double[] frequencies, double attentionFactor = 1) =>
        new(Array.ConvertAll(frequencies, frequency => (float)frequency), attentionFactor);

    private static double[] Plain(double theta, int dimension)
    {
        double[] frequencies = new double[dimension / 2];
        for (int i = 0; i < frequencies.Length; i++) frequencies[i] = Math.Pow(theta, -2.0 * i / dimension);
        return frequencies;
    }

    private static double DynamicTheta(RotaryEmbeddingConfiguration rope, int dimension, int trained, int length)
    {
        if (length <= trained) return rope.Theta;
        double stretch = (rope.Factor * length / trained) - (rope.Factor - 1);
        return rope.Theta * Math.Pow(stretch, dimension / (dimension - 2.0));
    }

    private static double Llama3(double frequency, RotaryEmbeddingConfiguration rope, int original)
    {
        double wavelength = 2 * Math.PI / frequency;
        if (wavelength < original / rope.HighFrequencyFactor) return frequency;
        if (wavelength > original / rope.LowFrequencyFactor) return frequency / rope.Factor;
        double smooth = ((original / wavelength) - rope.LowFrequencyFactor) / (rope.HighFrequencyFactor - rope.LowFrequencyFactor);
        return ((1 - smooth) * frequency / rope.Factor) + (smooth * frequency);
    }

    private static double[] Yarn(double[] plain, RotaryEmbeddingConfiguration rope, int dimension, int original)
    {
        double low = Dimension(rope.BetaFast);
        double high = Dimension(rope.BetaSlow);
        if (rope.Truncate)
        {
            low = Math.Floor(low);
            high = Math.Ceiling(high);
        }

        low = Math.Max(low, 0);
        high = Math.Min(high, dimension - 1);
        // A ramp of no width would divide by zero.
        if (low == high) high += 0.001;
        double[] frequencies = new double[plain.Length];
        for (int i = 0; i < plain.Length; i++)
        {
            double interpolated = Math.Clamp((i - low) / (high - low), 0, 1);
            frequencies[i] = (interpolated * plain[i] / rope.Factor) + ((1 - interpolated) * plain[i]);
        }

        return frequencies;

        // The dimension that turns so many times within the original length.
        double Dimension(double turns) => dimension * Math.Log(original / (turns * 2 * Math.PI)) / (2 * Math.Log(rope.Theta));
    }

    private static double YarnAttentionFactor(RotaryEmbeddingConfiguration rope)
    {
        if (rope.AttentionFactor is { } given) return given;
        if (rope.MScale is { } mscale && rope.MScaleAllDimensions is { } mscaleAll) return Scale(mscale) / Scale(mscaleAll);
        return Scale(1);

        double Scale(double weight) => rope.Factor <= 1 ? 1 : (0.1 * weight * Math.Log(rope.Factor)) + 1;
    }
}
