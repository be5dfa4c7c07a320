using Microsoft.ML.Llm4Es;

namespace Microsoft.ML;

/// <content>The stage that retells texts.</content>
public static partial class Llm4EsCatalog
{
    /// <summary>
    /// Retells each text in other words or forms, to be tuned on beside it: name the new column in <see cref="FineTuneLlmEmbedderOptions.TrainingTexts"/>.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column to append: a vector of text, <paramref name="variants"/> long.</param>
    /// <param name="inputColumnName">The text column to read.</param>
    /// <param name="enricher">What retells; <see cref="ReformatEnricher"/> needs no language model.</param>
    /// <param name="variants">How many variants each text gets.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="variants"/> is not positive.</exception>
    public static EnrichDescriptionsEstimator EnrichDescriptions(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName, Enricher enricher, int variants = 1, EnrichDescriptionsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        return new EnrichDescriptionsEstimator(
            catalog.Environment(), outputColumnName, inputColumnName, enricher, variants, options ?? new EnrichDescriptionsOptions());
    }
}
