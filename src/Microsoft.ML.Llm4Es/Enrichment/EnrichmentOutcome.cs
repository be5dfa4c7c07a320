namespace Microsoft.ML.Llm4Es;

/// <summary>How the writing of a variant ended.</summary>
public enum EnrichmentOutcome
{
    /// <summary>The variant is faithful.</summary>
    Kept,

    /// <summary>The variant is not faithful, and is kept as <see cref="UnfaithfulVariant.Keep"/> says.</summary>
    KeptUnfaithful,

    /// <summary>The variant was replaced by a reformatted source, as <see cref="UnfaithfulVariant.Repair"/> says.</summary>
    Repaired,

    /// <summary>There is no variant: what was written was not faithful, or nothing could be written.</summary>
    Dropped,

    /// <summary>There is no variant: the enricher stopped before, since its budget was spent.</summary>
    Unanswered,
}
