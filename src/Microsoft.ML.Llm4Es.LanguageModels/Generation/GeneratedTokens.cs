namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What a model generated from a prompt of tokens.</summary>
/// <param name="TokenIds">The generated tokens, the one that ended the text included.</param>
/// <param name="PromptTokenCount">The number of tokens of the prompt.</param>
/// <param name="FinishReason">Why it ended.</param>
public sealed record GeneratedTokens(IReadOnlyList<int> TokenIds, int PromptTokenCount, FinishReason FinishReason);
