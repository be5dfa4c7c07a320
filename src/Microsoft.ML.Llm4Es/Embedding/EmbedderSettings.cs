using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>What of a fitted embedder is saved beside its model.</summary>
/// <param name="Embedding">How texts become vectors.</param>
/// <param name="Precision">What matrix products are computed in, as the user asked: Auto is settled anew where the model is loaded.</param>
/// <param name="IsFromScratch">Whether the model began with random weights, which tells the settings to tune it on with.</param>
/// <param name="Weights">The weights that a saved model refers to; null where it holds them.</param>
internal sealed record EmbedderSettings(EmbeddingOptions Embedding, ComputePrecision Precision, bool IsFromScratch, ExternalWeights? Weights);
