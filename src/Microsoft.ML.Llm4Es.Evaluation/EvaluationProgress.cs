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

/// <summary>A step of an evaluation that was just reached.</summary>
/// <param name="Representation">The representation that is being evaluated.</param>
/// <param name="Stage">What is done with it.</param>
/// <param name="Done">How many entities or folds are done.</param>
/// <param name="Total">Of how many.</param>
public sealed record EvaluationProgress(string Representation, EvaluationStage Stage, int Done, int Total);
