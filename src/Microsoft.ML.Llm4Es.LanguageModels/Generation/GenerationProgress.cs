namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Where a call that generates for several prompts stands, after each step of a token for every prompt in the batch.</summary>
/// <param name="FinishedPrompts">The number of prompts whose text is complete.</param>
/// <param name="TotalPrompts">The number of prompts.</param>
/// <param name="GeneratedTokens">The number of tokens generated so far.</param>
/// <param name="Elapsed">The time since the start.</param>
public sealed record GenerationProgress(int FinishedPrompts, int TotalPrompts, long GeneratedTokens, TimeSpan Elapsed)
{
    /// <summary>Gets the number of tokens generated a second since the start, prompts' processing included.</summary>
    public double TokensPerSecond => GeneratedTokens / Math.Max(Elapsed.TotalSeconds, double.Epsilon);
}
