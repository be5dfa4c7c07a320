namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Why an experiment started no more trials.</summary>
public enum ExperimentEnd
{
    /// <summary>All trials are finished.</summary>
    AllTrials,

    /// <summary>The time was up. The same experiment again goes on.</summary>
    TimeBudget,
}
