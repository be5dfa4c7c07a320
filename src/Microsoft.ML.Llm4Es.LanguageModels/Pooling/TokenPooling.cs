namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>How the vectors of a row's tokens become one.</summary>
public enum TokenPooling
{
    /// <summary>Their mean, as in LLM4ES (arXiv 2508.05688).</summary>
    Mean,

    /// <summary>The largest value of each column.</summary>
    Max,

    /// <summary>The vector of the last token, the only one that has seen the whole row.</summary>
    Last,

    /// <summary>The mean over events of the mean over each event's tokens, so that an event of many tokens weighs no more than one of few. Needs <see cref="PooledRow.Events"/>; a row without them counts as one event.</summary>
    EventMean,

    /// <summary>
    /// A mean in which a token that comes c times weighs 1 + ln c in all instead of c, so that what repeats does not outweigh the rest: the sublinear term
    /// frequency of Manning, Raghavan and Schütze (Introduction to Information Retrieval, 2008, section 6.4.1). Counts are those of <see cref="PooledRow.Weights"/>.
    /// </summary>
    SublinearMean,
}
