using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es;

namespace Microsoft.ML;

/// <content>The stages that embed.</content>
public static partial class Llm4EsCatalog
{
    /// <summary>Tunes a language model on a text column by next-token prediction, then turns each text into one vector.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column to append: a vector of <see cref="float"/>.</param>
    /// <param name="inputColumnName">The text column to read; null for <paramref name="outputColumnName"/>.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <returns>The estimator.</returns>
    public static FineTuneLlmEmbedderEstimator FineTuneLlmEmbedder(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, FineTuneLlmEmbedderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new FineTuneLlmEmbedderEstimator(catalog.Environment(), outputColumnName, inputColumnName ?? outputColumnName, options ?? new FineTuneLlmEmbedderOptions());
    }

    /// <summary>
    /// LLM4ES in one call: writes each entity's events as text, tunes a language model on the texts, and turns each text into one vector. The text stays
    /// in the data as the column <c>{outputColumnName}Text</c>.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column to append: a vector of <see cref="float"/>.</param>
    /// <param name="fields">The event fields to write; null or empty for every vector column, with readable names.</param>
    /// <param name="options">The settings of the embedder; null for the defaults.</param>
    /// <returns>The estimator, to which a trainer is appended.</returns>
    public static EstimatorChain<FineTuneLlmEmbedderTransformer> Llm4EsEmbed(
        this TransformsCatalog catalog, string outputColumnName, IReadOnlyList<EventField>? fields = null, FineTuneLlmEmbedderOptions? options = null) =>
        catalog.Llm4EsEmbed(outputColumnName, new TextifyEventsOptions { Fields = fields ?? [] }, options);

    /// <summary>LLM4ES in one call with the settings of a preset, such as <see cref="Llm4EsPreset.Paper"/>, for every vector column of the row.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column to append: a vector of <see cref="float"/>. The text stays in the data as the column <c>{outputColumnName}Text</c>.</param>
    /// <param name="preset">The settings of all stages.</param>
    /// <returns>The estimator, to which a trainer is appended.</returns>
    public static EstimatorChain<FineTuneLlmEmbedderTransformer> Llm4EsEmbed(this TransformsCatalog catalog, string outputColumnName, Llm4EsPreset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        return catalog.Llm4EsEmbed(outputColumnName, preset.TextOptions(), preset.EmbedderOptions());
    }

    private static EstimatorChain<FineTuneLlmEmbedderTransformer> Llm4EsEmbed(
        this TransformsCatalog catalog, string outputColumnName, TextifyEventsOptions textOptions, FineTuneLlmEmbedderOptions? options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        string text = outputColumnName + "Text";
        return catalog.TextifyEvents(text, textOptions).Append(catalog.FineTuneLlmEmbedder(outputColumnName, text, options));
    }
}
