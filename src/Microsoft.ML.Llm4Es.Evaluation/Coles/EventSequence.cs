namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>An entity's events as a network reads them.</summary>
/// <param name="Length">The number of events.</param>
/// <param name="Codes">For each input of codes, <c>[events, width]</c>: which of its embeddings are added up for an event; 0 for none.</param>
/// <param name="Numbers">The numbers of each event, <c>[events, numbers]</c>.</param>
internal sealed record EventSequence(int Length, int[][] Codes, float[] Numbers);
