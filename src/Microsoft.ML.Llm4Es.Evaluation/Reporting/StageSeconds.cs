namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Wall-clock seconds of the stages of an evaluation.</summary>
/// <param name="Fit">Fitting what makes the vectors.</param>
/// <param name="Embed">Making the vector of every entity.</param>
/// <param name="Classify">Fitting and scoring the classifier on all folds.</param>
public sealed record StageSeconds(double Fit, double Embed, double Classify);
