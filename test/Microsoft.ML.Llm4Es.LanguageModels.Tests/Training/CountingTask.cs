namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A tiny model, and a task that it learns in seconds: to count on from a random start, which makes every token but the first certain.</summary>
internal static class CountingTask
{
    internal const int Vocabulary = 32;

    internal static LanguageModelConfiguration Configuration { get; } = new()
    {
        VocabularySize = Vocabulary,
        HiddenSize = 32,
        IntermediateSize = 64,
        HiddenLayers = 2,
        AttentionHeads = 4,
        KeyValueHeads = 2,
        HeadDimension = 8,
    };

    internal static CausalLanguageModel Model() => CausalLanguageModel.Create(Configuration, seed: 1);

    internal static int[][] Sequences(int count, int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(Vocabulary)).Select(start => Enumerable.Range(start, length).Select(i => i % Vocabulary).ToArray())];
    }
}
