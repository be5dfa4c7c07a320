using System.Diagnostics;
using Microsoft.ML.Llm4Es.LanguageModels;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>Tokens a second of training in bf16: forward, loss, backward, clipping and AdamW. The peer trains the same shape on the same batch in fp32.</summary>
internal sealed class TrainingBenchmark(string name, LanguageModelConfiguration shape, int rows, int length, int rounds)
{
    internal static Benchmark OfSmolLM2 { get; } = new(
        "train-135m", "training the shape of SmolLM2-135M, 8 rows of 512 tokens a step",
        () => new TrainingBenchmark("train-135m", ModelShapes.SmolLM2, rows: 8, length: 512, rounds: 3).Run());

    internal static Benchmark OfDefault { get; } = new(
        "train-default", "training the default model from scratch, 16 rows of 512 tokens a step",
        () => new TrainingBenchmark("train-default", ModelShapes.Default, rows: 16, length: 512, rounds: 7).Run());

    // The first step of a trainer allocates memory and is not measured.
    private const int WarmUpSteps = 1;
    private const int MeasuredSteps = 1;

    private readonly int[][] _sequences = ModelShapes.RandomRows(shape, rows * (WarmUpSteps + MeasuredSteps), length + 1);

    internal BenchmarkResult Run()
    {
        TorchRuntime.EnsureLoaded();
        using CausalLanguageModel model = CausalLanguageModel.Create(shape, seed: 0);
        using var product = new MatrixProduct(ScalarType.BFloat16);
        using PyTorchPeer? pytorch = PyTorchPeer.TryStart(PyTorchWork.Train, shape, rows, length);
        var library = new Contender("llm4es bf16", () => Train(model, ComputePrecision.BFloat16));
        Contender peer = pytorch?.Contender ?? new Contender("llm4es fp32 (no PyTorch here)", () => Train(model, ComputePrecision.Float32));
        Rounds.Run(rounds, "tokens/s", [product], [library, peer]);

        double operations = 3 * (ModelShapes.ForwardOperations(shape, length) + ModelShapes.HeadOperations(shape));
        return BenchmarkResult.OfRates(name, "tokens/s", library, peer, gemmShare: library.Best * operations / product.Best);
    }

    private double Train(CausalLanguageModel model, ComputePrecision precision)
    {
        var options = new TrainingOptions { Epochs = 1, TokensPerBatch = rows * length, ContextLength = length, Precision = precision };
        var clock = new StepClock();
        new CausalLanguageModelTrainer(model, options).Train(_sequences, clock);
        return clock.TokensPerSecond;
    }

    private sealed class StepClock : IProgress<TrainingProgress>
    {
        private long _start;
        private long _startTokens;

        internal double TokensPerSecond { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (value.Step == WarmUpSteps) (_start, _startTokens) = (Stopwatch.GetTimestamp(), value.Tokens);
            else TokensPerSecond = (value.Tokens - _startTokens) / Stopwatch.GetElapsedTime(_start).TotalSeconds;
        }
    }
}
