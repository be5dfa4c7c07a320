namespace Microsoft.ML.Llm4Es;

/// <summary>How far an enrichment is.</summary>
/// <param name="Variants">How many variants are asked for in all.</param>
/// <param name="Totals">What it came to so far.</param>
public sealed record EnrichmentProgress(int Variants, EnrichmentTotals Totals)
{
    /// <summary>Gets how long the rest takes, at the pace so far; null before the first variant.</summary>
    public TimeSpan? Remaining => Totals.Done == 0 ? null : Totals.Elapsed * ((double)(Variants - Totals.Done) / Totals.Done);
}
