namespace Microsoft.ML.Llm4Es;

/// <summary>One line of an <see cref="AnswerCache"/>.</summary>
/// <param name="Key">What was asked, as a hash.</param>
/// <param name="Text">The answer; null where it was cut off.</param>
/// <param name="InputTokens">How many tokens were read.</param>
/// <param name="OutputTokens">How many tokens were written.</param>
internal sealed record CachedAnswer(string Key, string? Text, long InputTokens, long OutputTokens);
