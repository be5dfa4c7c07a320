using Microsoft.ML.Llm4Es;

namespace Microsoft.ML;

/// <summary>The stages of LLM4ES on ML.NET's catalogs.</summary>
/// <content>The stage that writes events as text.</content>
public static partial class Llm4EsCatalog
{
    /// <summary>Writes each entity's events as one text: every vector column of the row, in order, with readable names.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The text column to append.</param>
    /// <param name="options">Which fields are written and how; null for the defaults.</param>
    /// <returns>The estimator.</returns>
    public static TextifyEventsEstimator TextifyEvents(this TransformsCatalog catalog, string outputColumnName, TextifyEventsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new TextifyEventsEstimator(catalog.Environment(), outputColumnName, options ?? new TextifyEventsOptions());
    }
}
