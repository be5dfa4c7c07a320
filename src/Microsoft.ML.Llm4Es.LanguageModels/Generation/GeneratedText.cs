namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What a model generated from a prompt.</summary>
/// <param name="Text">The text: without the prompt, special tokens, and the token or string that ended it, and without a last character whose bytes were not all generated.</param>
/// <param name="TokenIds">The generated tokens, those that ended the text included.</param>
/// <param name="PromptTokenCount">The number of tokens of the prompt.</param>
/// <param name="FinishReason">Why it ended.</param>
public sealed record GeneratedText(string Text, IReadOnlyList<int> TokenIds, int PromptTokenCount, FinishReason FinishReason);
