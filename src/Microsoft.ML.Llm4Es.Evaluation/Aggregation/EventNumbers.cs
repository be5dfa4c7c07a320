namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A number that each event has.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Of">The number of each of an entity's events; NaN where it is missing.</param>
internal sealed record EventNumbers(string Name, Func<EntityEvents, double[]> Of);
