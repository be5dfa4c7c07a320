using System.Diagnostics;
using Microsoft.ML.Llm4Es.LanguageModels;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>Tokens a second of training steps in bf16, with fp32 as its peer, beside the rate of a matrix product in the same precision and in the same rounds.</summary>
internal sealed class TrainingBenchmark(string name, LanguageModelConfiguration shape, int steps)
{
    private const int Rounds = 5;
    private const int TokensPerStep = 8192;

    private readonly int[][] _sequences = Sequences(shape.VocabularySize, steps);

    internal BenchmarkResult Run()
    {
        TorchRuntime.EnsureLoaded();
        using var product16 = new MatrixProduct(ScalarType.BFloat16);
        using var product32 = new MatrixProduct(ScalarType.Float32);
        using CausalLanguageModel model = CausalLanguageModel.Create(shape, seed: 0);
        double rate16 = 0;
        double rate32 = 0;
        for (int round = 0; round < Rounds; round++)
        {
            product16.Measure();
            product32.Measure();
            rate16 = Math.Max(rate16, Train(model, ComputePrecision.BFloat16));
            rate32 = Math.Max(rate32, Train(model, ComputePrecision.Float32));
            Console.WriteLine(FormattableString.Invariant(
                $"round {round + 1}/{Rounds}: best so far bf16 {rate16:f0}, fp32 {rate32:f0} tokens/s; matrix product bf16 {product16.OperationsPerSecond / 1e9:f0}, fp32 {product32.OperationsPerSecond / 1e9:f0} GFLOP/s"));
        }

        double operationsPerToken = ModelShapes.TrainingOperations(shape, _sequences.Select(sequence => sequence.Length - 1)) / _sequences.Sum(sequence => sequence.Length - 1.0);
        return new BenchmarkResult(
            name,
            rate16,
            "tokens/s",
            GemmShare: rate16 * operationsPerToken / product16.OperationsPerSecond,
            Peer: "fp32",
            PeerValue: rate32,
            PeerGemmShare: rate32 * operationsPerToken / product32.OperationsPerSecond);
    }

    /// <summary>Trains on all sequences once; the rate of all steps but the first, which allocates memory.</summary>
    private double Train(CausalLanguageModel model, ComputePrecision precision)
    {
        var options = new TrainingOptions { Epochs = 1, TokensPerBatch = TokensPerStep, ContextLength = 512, Precision = precision };
        var clock = new StepClock();
        new CausalLanguageModelTrainer(model, options).Train(_sequences, clock);
        return clock.TokensPerSecond;
    }

    /// <summary>Rows of 128 to 512 random tokens, enough for the steps and one to warm up.</summary>
    private static int[][] Sequences(int vocabulary, int steps)
    {
        var random = new Random(0);
        var sequences = new List<int[]>();
        for (int tokens = 0; tokens < (steps + 1) * TokensPerStep;)
        {
            int[] sequence = new int[random.Next(129, 514)];
            for (int i = 0; i < sequence.Length; i++) sequence[i] = random.Next(vocabulary);
            sequences.Add(sequence);
            tokens += sequence.Length - 1;
        }

        return [.. sequences];
    }

    private sealed class StepClock : IProgress<TrainingProgress>
    {
        private long _start;
        private long _startTokens;

        internal double TokensPerSecond { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (value.Step == 1) (_start, _startTokens) = (Stopwatch.GetTimestamp(), value.Tokens);
            else TokensPerSecond = (value.Tokens - _startTokens) / Stopwatch.GetElapsedTime(_start).TotalSeconds;
        }
    }
}
