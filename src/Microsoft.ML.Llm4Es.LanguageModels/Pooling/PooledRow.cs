namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Which tokens of a row are pooled, and which event each belongs to.</summary>
/// <param name="Skip">How many tokens at the row's beginning, such as a prompt, are read but not pooled. The row needs a token more.</param>
/// <param name="Events">
/// For each of the row's tokens the number of its event, counted from 0; -1 for a token of none, such as a header's. Empty: all tokens are of one event.
/// Read by <see cref="TokenPooling.EventMean"/> alone.
/// </param>
public readonly record struct PooledRow(int Skip, ReadOnlyMemory<int> Events);
