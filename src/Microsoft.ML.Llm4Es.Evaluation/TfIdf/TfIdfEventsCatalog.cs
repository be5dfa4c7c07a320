using Microsoft.ML.Llm4Es;
using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML;

/// <summary>The baseline of TF-IDF over event fields, on ML.NET's catalog.</summary>
public static class TfIdfEventsCatalog
{
    /// <summary>Makes one vector of each entity's events from how often each value occurs: TF-IDF over event fields, reduced by a truncated SVD.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column to append: a vector of <see cref="float"/>.</param>
    /// <param name="options">Which columns are read and how; null for the defaults.</param>
    /// <returns>The estimator.</returns>
    public static TfIdfEventsEstimator TfIdfEvents(this TransformsCatalog catalog, string outputColumnName, TfIdfEventsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new TfIdfEventsEstimator(catalog.Environment(), outputColumnName, options ?? new TfIdfEventsOptions());
    }
}
