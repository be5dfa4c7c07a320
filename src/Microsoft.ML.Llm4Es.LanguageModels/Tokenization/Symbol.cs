namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A token with the part of the text that it stands for.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Start">Index of its first UTF-16 unit.</param>
/// <param name="End">Index after its last UTF-16 unit.</param>
internal readonly record struct Symbol(int Id, int Start, int End);
