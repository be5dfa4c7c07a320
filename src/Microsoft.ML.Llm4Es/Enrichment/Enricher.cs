namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Retells texts in other words or forms, to be tuned on beside the originals. Derive from it to bring one's own; <see cref="ReformatEnricher"/> needs no
/// language model.
/// </summary>
/// <remarks>An enricher is called while an estimator is fitted, never while rows are scored, and is not saved in a model.</remarks>
public abstract class Enricher
{
    /// <summary>Retells texts, many at a time.</summary>
    /// <param name="requests">What is asked for; each request is another one.</param>
    /// <param name="cancellationToken">What cancels.</param>
    /// <returns>
    /// A response to each request, in any order, each as soon as it is there. A sequence that ends early (a budget is spent) leaves the rest unanswered, which
    /// is no error.
    /// </returns>
    public abstract IAsyncEnumerable<EnrichmentResponse> EnrichAsync(IReadOnlyList<EnrichmentRequest> requests, CancellationToken cancellationToken = default);
}
