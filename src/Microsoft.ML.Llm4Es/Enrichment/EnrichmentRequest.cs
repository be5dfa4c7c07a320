namespace Microsoft.ML.Llm4Es;

/// <summary>One variant of one text to write.</summary>
/// <param name="Text">The text to retell.</param>
/// <param name="Variant">Which of the text's variants is asked for, from 0. Variants of a text should differ.</param>
/// <param name="Attempt">How many times it was written already and found unfaithful, from 0. Attempts should differ.</param>
public sealed record EnrichmentRequest(string Text, int Variant, int Attempt = 0);
