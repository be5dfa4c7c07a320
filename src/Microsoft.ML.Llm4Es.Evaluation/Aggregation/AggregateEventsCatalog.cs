using Microsoft.ML.Llm4Es;
using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML;

/// <summary>The baseline of hand-made aggregates, on ML.NET's catalog.</summary>
public static class AggregateEventsCatalog
{
    /// <summary>
    /// Makes one vector of each entity's events by counting, summing and averaging: the classical baseline that learned representations are compared with.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column to append: a vector of <see cref="float"/> with slot names.</param>
    /// <param name="options">Which columns are read and how; null for the defaults.</param>
    /// <returns>The estimator.</returns>
    public static AggregateEventsEstimator AggregateEvents(this TransformsCatalog catalog, string outputColumnName, AggregateEventsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new AggregateEventsEstimator(catalog.Environment(), outputColumnName, options ?? new AggregateEventsOptions());
    }
}
