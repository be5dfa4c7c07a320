namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Test entities of about the same prediction, and how they turned out.</summary>
/// <param name="Predicted">The mean probability of the positive class; of more than two classes, of the predicted one; of a number, the mean prediction.</param>
/// <param name="Observed">The share that was so; of a number, its mean.</param>
/// <param name="Entities">How many entities.</param>
public sealed record CalibrationBin(double Predicted, double Observed, int Entities);
