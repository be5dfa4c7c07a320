namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>A measurement that the command line names.</summary>
internal sealed record Benchmark(string Name, string Description, Func<BenchmarkResult> Run)
{
    internal static IReadOnlyList<Benchmark> All { get; } =
    [
        new("train-default", "training a small model from random weights: 4 layers of 256, vocabulary 4,096", () => new TrainingBenchmark("train-default", ModelShapes.Default, steps: 4).Run()),
        new("train-135m", "training a model of the shape of SmolLM2-135M", () => new TrainingBenchmark("train-135m", ModelShapes.SmolLM2, steps: 2).Run()),
        new("tokenize", "encoding event texts to ids, and with offsets", TokenizeBenchmark.Run),
        new("train-bpe", "training a tokenizer on 100 MB of event texts", TrainBpeBenchmark.Run),
    ];
}
