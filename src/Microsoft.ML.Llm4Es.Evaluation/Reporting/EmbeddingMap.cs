namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The vectors of some entities in two dimensions: their first two principal components, scaled as the classifier's are.</summary>
/// <param name="Rows">Which entities, of those of the evaluation: all, or at equal distances some of very many.</param>
/// <param name="X">The first component of each.</param>
/// <param name="Y">The second.</param>
/// <param name="ExplainedX">The share of the variance that the first component holds.</param>
/// <param name="ExplainedY">The share that the second holds.</param>
public sealed record EmbeddingMap(IReadOnlyList<int> Rows, IReadOnlyList<float> X, IReadOnlyList<float> Y, double ExplainedX, double ExplainedY);
