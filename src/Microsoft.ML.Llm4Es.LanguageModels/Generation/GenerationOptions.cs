namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What a model generates, and where it ends. By default: the likeliest token each time (greedy), up to 256 tokens or the end of the text.</summary>
public sealed record GenerationOptions
{
    /// <summary>Gets the most tokens that are generated for a prompt, the one that ends the text included. At least 1; 256 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxNewTokens { get; init => field = AtLeastOne(value, nameof(MaxNewTokens)); } = 256;

    /// <summary>
    /// Gets the most tokens of prompt and generated text together. At least 1; <see langword="null"/> by default: the model's
    /// <see cref="LanguageModelConfiguration.MaxPositions"/>, times the factor of a rotary embedding of the dynamic type.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? ContextLength { get; init => field = value is null ? null : AtLeastOne(value.Value, nameof(ContextLength)); }

    /// <summary>Gets how tokens are drawn at random; <see langword="null"/>, not at all: the likeliest token each time, by default.</summary>
    public SamplingOptions? Sampling { get; init; }

    /// <summary>
    /// Gets by how much the logits of tokens that prompt or generated text hold already are divided where positive, multiplied where negative. Above 0; 1, no
    /// penalty, by default.
    /// </summary>
    /// <remarks>CTRL's penalty (Keskar et al., arXiv 1909.05858), applied before everything else, without <see cref="Sampling"/> too.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double RepetitionPenalty
    {
        get;
        init => field = double.IsFinite(value) && value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(RepetitionPenalty), value, $"{nameof(RepetitionPenalty)} must be a finite number above 0.");
    }
    = 1;

    /// <summary>
    /// Gets the tokens that end a text; they are not part of it. <see langword="null"/> by default: the model's
    /// <see cref="LanguageModelConfiguration.EndOfTextIds"/>. Empty: none.
    /// </summary>
    public IReadOnlyList<int>? StopTokenIds { get; init; }

    /// <summary>Gets the strings at which a text ends; they are not part of it, and need not begin or end where a token does. None by default.</summary>
    /// <remarks>Special tokens, which a text does not show, can be named too: <c>&lt;|im_end|&gt;</c>.</remarks>
    /// <exception cref="ArgumentException">A string is null or empty.</exception>
    public IReadOnlyList<string> StopStrings
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(StopStrings));
            foreach (string text in value) ArgumentException.ThrowIfNullOrEmpty(text, nameof(StopStrings));
            field = value;
        }
    }
    = [];

    private static int AtLeastOne(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be 1 or more.");
}
