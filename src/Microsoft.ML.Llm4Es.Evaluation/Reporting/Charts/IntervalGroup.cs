namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Intervals that are to be compared, under one name.</summary>
/// <param name="Name">What they are of.</param>
/// <param name="Note">What is said beside the name, such as how many entities.</param>
/// <param name="Rows">The intervals, from the top.</param>
internal sealed record IntervalGroup(string Name, string Note, IReadOnlyList<IntervalRow> Rows);
