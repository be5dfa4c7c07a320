using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>A language model as its source has it.</summary>
/// <param name="Model">The model; owned by whoever opened it.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="Folder">The Hugging Face folder whose weights these are; null where they come from elsewhere.</param>
internal readonly record struct OpenedLanguageModel(CausalLanguageModel Model, LanguageModelTokenizer Tokenizer, string? Folder = null);
