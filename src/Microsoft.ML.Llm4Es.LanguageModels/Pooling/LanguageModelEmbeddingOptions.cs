namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>How <see cref="LanguageModelEmbeddingGenerator"/> makes a vector of a text.</summary>
public sealed record LanguageModelEmbeddingOptions
{
    /// <summary>Gets which hidden states are averaged, and how the vectors of a text's tokens become one. Default: the mean over the upper two thirds of the layers, as in LLM4ES (arXiv 2508.05688).</summary>
    /// <exception cref="ArgumentNullException">The value is <see langword="null"/>.</exception>
    public PoolingOptions Pooling { get; init => field = value ?? throw new ArgumentNullException(nameof(Pooling)); } = new();

    /// <summary>Gets the most tokens of a text that count; the rest is cut off. At least 1; <see langword="null"/> by default: the model's <see cref="LanguageModelConfiguration.MaxPositions"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? MaxTokens { get; init => field = value is null ? null : AtLeastOne(value.Value, nameof(MaxTokens)); }

    /// <summary>Gets the most tokens that are computed together; a longer text is computed alone. At least 1; 8192 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int TokensPerBatch { get; init => field = AtLeastOne(value, nameof(TokensPerBatch)); } = 8192;

    private static int AtLeastOne(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be 1 or more.");
}
