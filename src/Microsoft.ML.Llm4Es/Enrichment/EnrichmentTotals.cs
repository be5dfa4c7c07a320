using System.Globalization;

namespace Microsoft.ML.Llm4Es;

/// <summary>What an enrichment came to.</summary>
public sealed record EnrichmentTotals
{
    /// <summary>Gets how many variants are faithful.</summary>
    public int Kept { get; init; }

    /// <summary>Gets how many are kept though they are not faithful.</summary>
    public int KeptUnfaithful { get; init; }

    /// <summary>Gets how many were replaced by a reformatted source.</summary>
    public int Repaired { get; init; }

    /// <summary>Gets how many were left out.</summary>
    public int Dropped { get; init; }

    /// <summary>Gets how many were not answered, since a budget was spent.</summary>
    public int Unanswered { get; init; }

    /// <summary>Gets how many attempts were made again, since the one before was not faithful.</summary>
    public int Retried { get; init; }

    /// <summary>Gets how many tokens were read.</summary>
    public long InputTokens { get; init; }

    /// <summary>Gets how many tokens were written.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Gets what the tokens cost, in the currency of the enricher's prices.</summary>
    public decimal Cost { get; init; }

    /// <summary>Gets how long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Gets how many variants are settled, one way or another.</summary>
    public int Done => Kept + KeptUnfaithful + Repaired + Dropped + Unanswered;

    /// <summary>Describes the totals in a line, without any text.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kept:N0} variants kept, {KeptUnfaithful:N0} kept unfaithful, {Repaired:N0} repaired, {Dropped:N0} dropped, {Unanswered:N0} unanswered, {Retried:N0} retries; " +
        $"{InputTokens:N0} tokens read, {OutputTokens:N0} written, cost {Cost:0.####}, {Elapsed:hh\\:mm\\:ss}");

    internal EnrichmentTotals Settle(EnrichmentOutcome outcome) => outcome switch
    {
        EnrichmentOutcome.Kept => this with { Kept = Kept + 1 },
        EnrichmentOutcome.KeptUnfaithful => this with { KeptUnfaithful = KeptUnfaithful + 1 },
        EnrichmentOutcome.Repaired => this with { Repaired = Repaired + 1 },
        EnrichmentOutcome.Dropped => this with { Dropped = Dropped + 1 },
        _ => this with { Unanswered = Unanswered + 1 },
    };
}
