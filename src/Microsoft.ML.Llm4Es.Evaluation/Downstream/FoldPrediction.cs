namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What is predicted of test rows, and what it took.</summary>
/// <param name="Rows">A prediction a row, as the target's metrics read it.</param>
/// <param name="Seconds">How long training and predicting took.</param>
/// <param name="PeakBytes">The most memory that was resident meanwhile.</param>
internal sealed record FoldPrediction(double[][] Rows, double Seconds, long PeakBytes);
