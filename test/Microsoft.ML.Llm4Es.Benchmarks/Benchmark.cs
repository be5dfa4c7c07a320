namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>A measurement that the command line names.</summary>
internal sealed record Benchmark(string Name, string Description, Func<BenchmarkResult> Run)
{
    internal static IReadOnlyList<Benchmark> All { get; } =
    [
        TrainingBenchmark.OfSmolLM2,
        TrainingBenchmark.OfDefault,
        new("train-lora", "tuning the shape of SmolLM2-135M: all weights, LoRA, the last layers", TuningBenchmark.Run),
        ColesBenchmark.Benchmark,
        BlendBenchmark.Benchmark,
        new("train-memory", "memory that training takes, activations kept or computed anew", MemoryBenchmark.Run),
        new("embed-memory", "memory that embedding a history of 16,384 tokens takes, in one piece and in windows", EmbeddingMemoryBenchmark.Run),
        new("learning-rate", "what the default model learns from real events at other learning rates than the default", LearningRateBenchmark.Run),
        ForwardBenchmark.PromptOfSmolLM2,
        ForwardBenchmark.EmbeddingOfSmolLM2,
        ForwardBenchmark.EmbeddingOfDefault,
        LlamaCppBenchmark.Benchmark,
        GenerationBenchmark.OfSmolLM2,
        PredictBenchmark.Benchmark,
        new("tokenize", "encoding event texts to ids, and with offsets", TokenizeBenchmark.Run),
        new("load", "opening SmolLM2-135M from safetensors and GGUF", LoadBenchmark.Run),
        new("faithfulness", "how the score tells faithful variants of real texts from those with something wrong", FaithfulnessBenchmark.Run),
        new("train-bpe", "training a tokenizer on 100 MB of event texts", TrainBpeBenchmark.Run),
    ];
}
