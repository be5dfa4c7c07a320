namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Where the training of a language model stood.</summary>
/// <param name="Tokens">How many tokens it was trained on so far.</param>
/// <param name="Loss">The mean cross-entropy of the steps up to there, in nats a token.</param>
/// <param name="ValidationLoss">That of entities held out; null where it was not measured.</param>
public sealed record TrainingPoint(long Tokens, double Loss, double? ValidationLoss);
