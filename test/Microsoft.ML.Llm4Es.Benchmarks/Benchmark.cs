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
        PredictBenchmark.Benchmark,
    ];
}
