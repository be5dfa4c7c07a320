namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A model of a few thousand random weights.</summary>
internal static class TinyModel
{
    internal static LanguageModelConfiguration Configuration { get; } = new()
    {
        VocabularySize = 32,
        HiddenSize = 16,
        IntermediateSize = 24,
        HiddenLayers = 2,
        AttentionHeads = 4,
        KeyValueHeads = 2,
        // Larger than usual, so that what a token sees shows in its state.
        InitializerRange = 0.3,
    };

    internal static CausalLanguageModel Create(int seed = 1, LanguageModelConfiguration? configuration = null)
    {
        CausalLanguageModel model = CausalLanguageModel.Create(configuration ?? Configuration, seed);
        model.Precision = ComputePrecision.Float32;
        return model;
    }
}
