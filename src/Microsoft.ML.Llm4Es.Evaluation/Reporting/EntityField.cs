namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What entities are told apart by in a report: a few values, or a few ranges of numbers.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Values">Its values or ranges.</param>
/// <param name="ValueOf">Which of them each entity has.</param>
/// <param name="IsOrdered">Whether the values are ranges, from low to high.</param>
public sealed record EntityField(string Name, IReadOnlyList<string> Values, IReadOnlyList<int> ValueOf, bool IsOrdered);
