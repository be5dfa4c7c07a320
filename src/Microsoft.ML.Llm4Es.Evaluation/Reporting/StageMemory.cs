namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The most memory that the process had resident in the stages of an evaluation, in bytes, with all that was there before; sampled, so short peaks may be missed.</summary>
/// <param name="Fit">While fitting what makes the vectors.</param>
/// <param name="Embed">While making the vector of every entity.</param>
/// <param name="Classify">While fitting and scoring the classifier.</param>
public sealed record StageMemory(long Fit, long Embed, long Classify)
{
    internal long Most => Math.Max(Fit, Math.Max(Embed, Classify));
}
