using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// The settings of all stages of LLM4ES under one name: how events become text, what model is made, how its hidden states become a vector. Its options are
/// the start of options of your own: <c>Llm4EsPreset.Paper.EmbedderOptions()</c>.
/// </summary>
public sealed record Llm4EsPreset
{
    /// <summary>Gets the default, which is what options without settings are. It was chosen on four data sets; docs/recipe.md says how, and what it reaches.</summary>
    public static Llm4EsPreset Default { get; } = new();

    /// <summary>
    /// Gets what to embed with for a <c>BlendedTrainer</c>, the default trainer of an evaluation: the default, and the mean over the upper two thirds of the layers of a text's last token as a third part. The
    /// blend learns from it apart; trees alone mostly predict better without it. docs/recipe.md has figures.
    /// </summary>
    public static Llm4EsPreset Blend { get; } = new()
    {
        Pooling = new PoolingOptions { Parts = [.. Default.Pooling.Parts, new(LayerRange.UpperTwoThirds, TokenPooling.Last)] },
    };

    /// <summary>
    /// Gets the paper's choices (LLM4ES, arXiv 2508.05688): times as days, whole numbers, tokens within words, random weights where none are pretrained, and
    /// the mean over the upper two thirds of the layers, then over tokens.
    /// </summary>
    public static Llm4EsPreset Paper { get; } = new()
    {
        TimeFormat = TimeFormat.Days,
        Decimals = 0,
        Model = LanguageModelSource.FromScratch(LanguageModelPreset.Small.OfWords()),
        Pooling = new PoolingOptions(),
    };

    /// <summary>Gets how event times are written. Default: as the gap to the previous event.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public TimeFormat TimeFormat
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"One of {string.Join(", ", Enum.GetNames<TimeFormat>())} is expected.");
    }

    /// <summary>Gets to how many decimals numbers are rounded, 0 to 9. Default null: three significant digits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not 0 to 9.</exception>
    public int? Decimals
    {
        get;
        init => field = value is null or (>= 0 and <= NumberText.MaxDecimals) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "0 to 9 decimals are expected, or null.");
    }

    /// <summary>Gets where the language model comes from. Default: from scratch, <see cref="LanguageModelPreset.Small"/>.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public LanguageModelSource Model { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = LanguageModelSource.FromScratch();

    /// <summary>Gets which hidden states become the vector, and how. Default: as in <see cref="EmbeddingOptions.Pooling"/>.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public PoolingOptions Pooling { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = new EmbeddingOptions().Pooling;

    /// <summary>Finds a preset by its name.</summary>
    /// <param name="name">default, blend or paper.</param>
    /// <returns>The preset.</returns>
    /// <exception cref="ArgumentException">There is no such preset.</exception>
    public static Llm4EsPreset Parse(string name) => name switch
    {
        "default" => Default,
        "blend" => Blend,
        "paper" => Paper,
        _ => throw new ArgumentException($"There is no preset '{name}'; there are default, blend and paper.", nameof(name)),
    };

    /// <summary>Makes options of <see cref="TextifyEventsEstimator"/>.</summary>
    /// <returns>New options with these settings.</returns>
    public TextifyEventsOptions TextOptions() => new() { TimeFormat = TimeFormat, Decimals = Decimals };

    /// <summary>Makes options of <see cref="FineTuneLlmEmbedderEstimator"/>.</summary>
    /// <returns>New options with these settings.</returns>
    public FineTuneLlmEmbedderOptions EmbedderOptions() => new() { Model = Model, Embedding = new EmbeddingOptions { Pooling = Pooling } };
}
