namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>How positions are rotated into queries and keys (Su et al., arXiv 2104.09864).</summary>
public sealed record RotaryEmbeddingConfiguration
{
    /// <summary>Gets the base of the frequencies: pair i of a head turns by position · Theta^(-2i / head dimension). Default 10,000.</summary>
    public double Theta { get; init; } = 10_000;
}
