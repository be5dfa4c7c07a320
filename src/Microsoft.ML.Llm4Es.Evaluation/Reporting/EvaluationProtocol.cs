namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>How an evaluation was done.</summary>
/// <param name="Folds">How the folds came about.</param>
/// <param name="Fitting">On which entities representations were fitted.</param>
/// <param name="Trainer">What predicts the label.</param>
/// <param name="Seed">The seed of folds that were made, and of the bootstrap.</param>
/// <param name="BootstrapSamples">How often test entities were drawn for the interval.</param>
public sealed record EvaluationProtocol(string Folds, RepresentationFitting Fitting, string Trainer, int Seed, int BootstrapSamples);
