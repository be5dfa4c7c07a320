using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>Shapes of models, and the floating-point operations that they need.</summary>
internal static class ModelShapes
{
    /// <summary>The small model that is trained from random weights.</summary>
    internal static LanguageModelConfiguration Default { get; } = new()
    {
        VocabularySize = 4096,
        HiddenSize = 256,
        IntermediateSize = 768,
        HiddenLayers = 4,
        AttentionHeads = 4,
        KeyValueHeads = 2,
        HeadDimension = 64,
    };

    /// <summary>HuggingFaceTB/SmolLM2-135M.</summary>
    internal static LanguageModelConfiguration SmolLM2 { get; } = new()
    {
        VocabularySize = 49152,
        HiddenSize = 576,
        IntermediateSize = 1536,
        HiddenLayers = 30,
        AttentionHeads = 9,
        KeyValueHeads = 3,
        HeadDimension = 64,
    };

    /// <summary>The useful operations of training on rows: six a weight and token (two forward, four backward), and attention over the tokens that each sees.</summary>
    internal static double TrainingOperations(LanguageModelConfiguration shape, IEnumerable<int> rowLengths)
    {
        double queries = shape.AttentionHeads * shape.HeadDimension;
        double keys = shape.KeyValueHeads * shape.HeadDimension;
        double layer = shape.HiddenSize * ((2 * queries) + (2 * keys) + (3.0 * shape.IntermediateSize));
        double weights = (shape.HiddenLayers * layer) + ((double)shape.VocabularySize * shape.HiddenSize);
        return rowLengths.Sum(length =>
        {
            double seen = (length + 1) / 2.0;
            double attention = 4 * shape.HiddenLayers * queries * seen;
            return 3 * length * ((2 * weights) + attention);
        });
    }
}
