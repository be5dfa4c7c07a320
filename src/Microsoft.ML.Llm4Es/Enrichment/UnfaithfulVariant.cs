namespace Microsoft.ML.Llm4Es;

/// <summary>What becomes of a variant that is still unfaithful after all of its attempts.</summary>
public enum UnfaithfulVariant
{
    /// <summary>It is left out.</summary>
    Drop,

    /// <summary>
    /// It is replaced by one that <see cref="ReformatEnricher"/> makes of the source, which has all facts and adds none. Left out where the source is no table
    /// of events.
    /// </summary>
    Repair,

    /// <summary>It is kept, and counted.</summary>
    Keep,
}
