using System.Runtime.CompilerServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The rotary position embedding of a language model (<c>rope_parameters</c>, formerly <c>rope_theta</c> and <c>rope_scaling</c>).</summary>
/// <remarks>Which properties count depends on <see cref="Type"/>; the others are left at their defaults.</remarks>
public sealed record RotaryEmbeddingConfiguration
{
    /// <summary>Gets how frequencies are stretched. Default: <see cref="RotaryEmbeddingType.Default"/>.</summary>
    public RotaryEmbeddingType Type { get; init; }

    /// <summary>Gets the base of the geometric sequence of frequencies, above 0. Default: 10,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double Theta { get; init => field = Positive(value); } = 10_000;

    /// <summary>Gets by how much the trained context is stretched, above 0; unused by the default type. Default: 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double Factor { get; init => field = Positive(value); } = 1;

    /// <summary>Gets the context length in tokens before stretching (llama3, yarn); <see langword="null"/> means <see cref="LanguageModelConfiguration.MaxPositions"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? OriginalMaxPositions
    {
        get;
        init
        {
            if (value is { } positions) ArgumentOutOfRangeException.ThrowIfLessThan(positions, 1, nameof(OriginalMaxPositions));
            field = value;
        }
    }

    /// <summary>Gets llama3's <c>low_freq_factor</c>: wavelengths above the original length over it are interpolated fully. Default: 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double LowFrequencyFactor { get; init => field = Positive(value); } = 1;

    /// <summary>Gets llama3's <c>high_freq_factor</c>: wavelengths below the original length over it are kept. Default: 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double HighFrequencyFactor { get; init => field = Positive(value); } = 4;

    /// <summary>Gets yarn's <c>beta_fast</c>: frequencies that turn more often than this within the original length are kept. Default: 32.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double BetaFast { get; init => field = Positive(value); } = 32;

    /// <summary>Gets yarn's <c>beta_slow</c>: frequencies that turn less often than this within the original length are interpolated fully. Default: 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double BetaSlow { get; init => field = Positive(value); } = 1;

    /// <summary>Gets yarn's factor on cosines and sines; <see langword="null"/> derives it from the factor and the <c>mscale</c> settings.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double? AttentionFactor { get; init => field = PositiveOrNull(value); }

    /// <summary>Gets yarn's <c>mscale</c>, used together with <see cref="MScaleAllDimensions"/>. Default: none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double? MScale { get; init => field = PositiveOrNull(value); }

    /// <summary>Gets yarn's <c>mscale_all_dim</c>, used together with <see cref="MScale"/>. Default: none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double? MScaleAllDimensions { get; init => field = PositiveOrNull(value); }

    /// <summary>Gets whether yarn rounds the bounds of its ramp outwards to whole dimensions. Default: <see langword="true"/>.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>Checks what involves more than one property.</summary>
    /// <exception cref="ArgumentException">The settings give no finite frequencies; the message names the JSON keys.</exception>
    internal void Validate(int headDimension)
    {
        if (Type is RotaryEmbeddingType.Llama3 && HighFrequencyFactor <= LowFrequencyFactor)
            throw new ArgumentException($"high_freq_factor is {HighFrequencyFactor}; it must be above low_freq_factor, which is {LowFrequencyFactor}.");
        if (Type is RotaryEmbeddingType.Yarn && Theta <= 1)
            throw new ArgumentException($"rope_theta is {Theta}; yarn needs one above 1.");
        if (Type is RotaryEmbeddingType.Yarn && BetaFast < BetaSlow)
            throw new ArgumentException($"beta_fast is {BetaFast}; it must be at least beta_slow, which is {BetaSlow}.");
        if (Type is RotaryEmbeddingType.Dynamic && headDimension <= 2)
            throw new ArgumentException($"head_dim is {headDimension}; the dynamic rotary embedding needs more than 2.");
        if (Type is RotaryEmbeddingType.Dynamic && Factor < 1)
            throw new ArgumentException($"factor is {Factor}; the dynamic rotary embedding needs 1 or more.");
    }

    private static double Positive(double value, [CallerMemberName] string property = "") =>
        double.IsFinite(value) && value > 0 ? value : throw new ArgumentOutOfRangeException(property, value, "Expected a finite number above 0.");

    private static double? PositiveOrNull(double? value, [CallerMemberName] string property = "") =>
        value is { } number ? Positive(number, property) : null;
}
