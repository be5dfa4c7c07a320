namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A piece of a text that is being generated. The pieces of a text make up <see cref="GeneratedText.Text"/>.</summary>
/// <param name="Text">Whole characters, none of which belongs to a stop string; empty in a last piece that brings nothing new.</param>
/// <param name="Completed">The whole, in the last piece; <see langword="null"/> before.</param>
public sealed record GeneratedPiece(string Text, GeneratedText? Completed);
