namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>How far <see cref="BytePairTrainer"/> has come.</summary>
/// <param name="TextsRead">How many texts have been read.</param>
/// <param name="DistinctWords">How many different pieces they hold, as far as they have been read.</param>
/// <param name="Tokens">How many tokens the vocabulary has; 0 while texts are still read.</param>
/// <param name="VocabularySize">How many it is to have at most.</param>
public readonly record struct BytePairTrainingProgress(long TextsRead, int DistinctWords, int Tokens, int VocabularySize);
