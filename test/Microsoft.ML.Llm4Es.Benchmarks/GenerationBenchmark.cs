using Microsoft.ML.Llm4Es.LanguageModels;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>Tokens a second of generating for 16 prompts together, in bf16, their processing included. The peer does one prompt after the other.</summary>
internal static class GenerationBenchmark
{
    private const string Name = "generate-batch";
    private const int Rows = 16;
    private const int PromptLength = 64;
    private const int NewTokens = 64;

    internal static Benchmark OfSmolLM2 { get; } = new(Name, $"generating {NewTokens} tokens for {Rows} prompts of {PromptLength} with the shape of SmolLM2-135M, together and one by one", Run);

    private static BenchmarkResult Run()
    {
        TorchRuntime.EnsureLoaded();
        LanguageModelConfiguration shape = ModelShapes.SmolLM2;
        using CausalLanguageModel model = CausalLanguageModel.Create(shape, seed: 0);
        model.Precision = ComputePrecision.BFloat16;
        using var product = new MatrixProduct(ScalarType.BFloat16);
        int[][] prompts = ModelShapes.RandomRows(shape, Rows, PromptLength);
        TokenGenerator generator = new(model) { BatchSize = Rows };
        GenerationOptions options = new() { MaxNewTokens = NewTokens, StopTokenIds = [] };
        var together = Contender.Timed($"batch of {Rows}", Rows * NewTokens, () => generator.Generate(prompts, options));
        var alone = Contender.Timed("batch of 1", NewTokens, () => generator.Generate(prompts[..1], options));
        Rounds.Run(5, "tokens/s", [product], [together, alone]);

        double operations = ModelShapes.ForwardOperations(shape, PromptLength + NewTokens) + ModelShapes.HeadOperations(shape);
        return BenchmarkResult.OfRates(Name, "tokens/s", together, alone, gemmShare: together.Best * operations / product.Best);
    }
}
