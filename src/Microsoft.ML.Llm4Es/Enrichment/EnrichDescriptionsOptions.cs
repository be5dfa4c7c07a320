namespace Microsoft.ML.Llm4Es;

/// <summary>Settings of <see cref="EnrichDescriptionsEstimator"/> and <see cref="EnrichmentRun"/>.</summary>
public sealed class EnrichDescriptionsOptions
{
    /// <summary>Gets or sets the least <see cref="Faithfulness.Score"/> of a variant that is tuned on, 0 to 1. Default 0.95, of which docs/enrichment.md has the measurement; 0 takes all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not 0 to 1.</exception>
    public double MinFaithfulness
    {
        get;
        set => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A score from 0 to 1 is expected.");
    } = 0.95;

    /// <summary>Gets or sets how many times a variant is written again where it is not faithful. Default 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxRetries
    {
        get;
        set => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "No retries (0) or more are expected.");
    } = 2;

    /// <summary>Gets or sets what becomes of a variant that is not faithful in the end. Default: <see cref="UnfaithfulVariant.Drop"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public UnfaithfulVariant Unfaithful
    {
        get;
        set => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Drop, Repair or Keep is expected.");
    }

    /// <summary>Gets or sets who is told how far the enrichment is, once a variant.</summary>
    public IProgress<EnrichmentProgress>? Progress { get; set; }

    /// <summary>Gets or sets what cancels fitting.</summary>
    public CancellationToken CancellationToken { get; set; }

    internal EnrichDescriptionsOptions Clone() => (EnrichDescriptionsOptions)MemberwiseClone();
}
