namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>How an experiment chooses its trials.</summary>
public enum SearchStrategy
{
    /// <summary>At random, each with all of its training tokens.</summary>
    Random,

    /// <summary>
    /// At random, first with a small share of their training tokens; the best go on with a larger one (Jamieson and Talwalkar 2016). Tokens are what tuning costs, and
    /// all rungs are judged on the same entities, which a share of entities would not allow.
    /// </summary>
    SuccessiveHalving,
}
