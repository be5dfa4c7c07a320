using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>Shapes of models, random tokens for them, and the floating-point operations that they need.</summary>
internal static class ModelShapes
{
    /// <summary>Gets the model that is made from scratch where nothing else is asked for.</summary>
    internal static LanguageModelConfiguration Default { get; } = OfPreset(LanguageModelPreset.Small);

    /// <summary>Gets the shape of HuggingFaceTB/SmolLM2-135M.</summary>
    internal static LanguageModelConfiguration SmolLM2 { get; } = new()
    {
        VocabularySize = 49152,
        HiddenSize = 576,
        IntermediateSize = 1536,
        HiddenLayers = 30,
        AttentionHeads = 9,
        KeyValueHeads = 3,
        HeadDimension = 64,
        MaxPositions = 8192,
    };

    /// <summary>The useful operations of a token's way through the layers: two a weight, and attention's two products with the tokens that it sees, half of the row on average.</summary>
    internal static double ForwardOperations(LanguageModelConfiguration shape, int rowLength)
    {
        double queries = shape.AttentionHeads * shape.HeadDimension;
        double keys = shape.KeyValueHeads * shape.HeadDimension;
        double weights = shape.HiddenSize * ((2 * queries) + (2 * keys) + (3.0 * shape.IntermediateSize));
        double attention = 4 * queries * (rowLength + 1) / 2;
        return shape.HiddenLayers * ((2 * weights) + attention);
    }

    /// <summary>The useful operations of a token's logits.</summary>
    internal static double HeadOperations(LanguageModelConfiguration shape) => 2.0 * shape.VocabularySize * shape.HiddenSize;

    /// <summary>Rows of random token ids, the same for the same arguments.</summary>
    internal static int[][] RandomRows(LanguageModelConfiguration shape, int rows, int length)
    {
        var random = new Random(0);
        var result = new int[rows][];
        for (int row = 0; row < rows; row++)
        {
            result[row] = new int[length];
            for (int i = 0; i < length; i++) result[row][i] = random.Next(shape.VocabularySize);
        }

        return result;
    }

    private static LanguageModelConfiguration OfPreset(LanguageModelPreset preset) => new()
    {
        VocabularySize = preset.VocabularySize,
        HiddenSize = preset.HiddenSize,
        IntermediateSize = preset.IntermediateSize,
        HiddenLayers = preset.HiddenLayers,
        AttentionHeads = preset.AttentionHeads,
        KeyValueHeads = preset.KeyValueHeads,
        HeadDimension = preset.HiddenSize / preset.AttentionHeads,
        MaxPositions = preset.ContextLength,
    };
}
