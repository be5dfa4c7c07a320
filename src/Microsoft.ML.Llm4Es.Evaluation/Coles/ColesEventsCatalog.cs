using Microsoft.ML.Llm4Es;
using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML;

/// <summary>The baseline CoLES, on ML.NET's catalog.</summary>
public static class ColesEventsCatalog
{
    /// <summary>Makes one vector of each entity's events by CoLES: a recurrent network that tells slices of the same entity from those of others.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column to append: a vector of <see cref="float"/>, as long as the network's hidden size.</param>
    /// <param name="options">Which columns are read and how the network is trained; null for the defaults.</param>
    /// <returns>The estimator.</returns>
    public static ColesEventsEstimator ColesEvents(this TransformsCatalog catalog, string outputColumnName, ColesEventsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new ColesEventsEstimator(catalog.Environment(), outputColumnName, options ?? new ColesEventsOptions());
    }
}
