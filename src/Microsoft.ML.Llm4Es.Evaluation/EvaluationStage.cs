namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What an evaluation is doing.</summary>
public enum EvaluationStage
{
    /// <summary>Fits what makes the vectors.</summary>
    Fit,

    /// <summary>Makes the vector of every entity.</summary>
    Embed,

    /// <summary>Cross-validates the classifier.</summary>
    Classify,
}
