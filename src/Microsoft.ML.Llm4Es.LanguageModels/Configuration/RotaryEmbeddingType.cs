namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>How the frequencies of the rotary position embedding are stretched to longer contexts (<c>rope_type</c> of a <c>config.json</c>).</summary>
public enum RotaryEmbeddingType
{
    /// <summary>Not stretched: frequency i is theta^(-2i/D) (Su et al., arXiv 2104.09864).</summary>
    Default,

    /// <summary>Every frequency is divided by the factor (position interpolation, Chen et al., arXiv 2306.15595).</summary>
    Linear,

    /// <summary>NTK-aware: theta grows with the length of a row once it exceeds the trained length.</summary>
    Dynamic,

    /// <summary>High frequencies are kept, low ones interpolated, and attention is sharpened (YaRN, Peng et al., arXiv 2309.00071).</summary>
    Yarn,

    /// <summary>The rule of Llama 3.1: wavelengths beyond the trained length are interpolated, with a smooth band between.</summary>
    Llama3,
}
