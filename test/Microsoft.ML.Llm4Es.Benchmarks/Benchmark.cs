namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>A measurement that the command line names.</summary>
internal sealed record Benchmark(string Name, string Description, Func<BenchmarkResult> Run)
{
    internal static IReadOnlyList<Benchmark> All { get; } =
    [
        TrainingBenchmark.OfSmolLM2,
        TrainingBenchmark.OfDefault,
        ForwardBenchmark.PromptOfSmolLM2,
        ForwardBenchmark.EmbeddingOfSmolLM2,
        ForwardBenchmark.EmbeddingOfDefault,
        GenerationBenchmark.OfSmolLM2,
        new("tokenize", "encoding event texts to ids, and with offsets", TokenizeBenchmark.Run),
        new("train-bpe", "training a tokenizer on 100 MB of event texts", TrainBpeBenchmark.Run),
    ];
}
