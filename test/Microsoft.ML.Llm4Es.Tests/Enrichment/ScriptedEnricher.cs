using System.Runtime.CompilerServices;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

/// <summary>An enricher that writes what a test says, after a pause that leaves the caller's thread.</summary>
internal sealed class ScriptedEnricher(Func<EnrichmentRequest, string?> write) : Enricher
{
    public List<EnrichmentRequest> Requests { get; } = [];

    /// <summary>After how many answers the sequence ends, as by a budget.</summary>
    public int Budget { get; init; } = int.MaxValue;

    public override async IAsyncEnumerable<EnrichmentResponse> EnrichAsync(
        IReadOnlyList<EnrichmentRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (EnrichmentRequest request in requests.Reverse())
        {
            if (Requests.Count == Budget) yield break;
            Requests.Add(request);
            await Task.Delay(TimeSpan.FromMilliseconds(0.1), cancellationToken);
            yield return new EnrichmentResponse(request, write(request)) { InputTokens = 10, OutputTokens = 3, Cost = 0.5m };
        }
    }
}
