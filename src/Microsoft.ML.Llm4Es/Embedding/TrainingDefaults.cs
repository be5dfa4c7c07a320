using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>The training settings where the user names none.</summary>
internal static class TrainingDefaults
{
    /// <summary>The paper's settings for a pretrained model without enriched texts (LLM4ES, arXiv 2508.05688; design of its published code).</summary>
    public static TrainingOptions Pretrained { get; } = new()
    {
        Epochs = 12,
        ContextLength = 8192,
        TokensPerBatch = 8192,
        LearningRate = 1e-5,
        WarmupFraction = 0.05,
        AdamBeta1 = 0.9,
        AdamBeta2 = 0.95,
        AdamEpsilon = 1e-5,
        WeightDecay = 1e-6,
        MaxGradientNorm = 1,
    };

    /// <summary>Settings of a model from scratch that learn within minutes on two cores; docs/results.md has what they reach.</summary>
    public static TrainingOptions FromScratch(int contextLength) => new()
    {
        Epochs = 10,
        MaxTokens = 1_000_000,
        ContextLength = contextLength,
        // Four times the steps of 8,192 from the same tokens: with so few texts, what learns the order of events is the number of steps (docs/recipe.md).
        TokensPerBatch = Math.Max(2048, contextLength),
        LearningRate = 2e-3,
        WarmupFraction = 0.05,
        AdamBeta1 = 0.9,
        AdamBeta2 = 0.95,
        AdamEpsilon = 1e-8,
        WeightDecay = 0.1,
        MaxGradientNorm = 1,
    };
}
