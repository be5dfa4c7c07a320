namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A step of an evaluation that was just reached.</summary>
/// <param name="Representation">The representation that is being evaluated.</param>
/// <param name="Stage">What is done with it.</param>
/// <param name="Done">How many entities or folds are done.</param>
/// <param name="Total">Of how many.</param>
public sealed record EvaluationProgress(string Representation, EvaluationStage Stage, int Done, int Total);
