using System.Diagnostics;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>Tokens a second of training on the shape of SmolLM2-135M, by what is tuned. The peer is full tuning.</summary>
internal static class TuningBenchmark
{
    private const int Rows = 2;
    private const int Length = 256;
    private const int MeasuredSteps = 1;
    private const int MeasuredRounds = 3;

    private static readonly LanguageModelConfiguration Shape = ModelShapes.SmolLM2;

    // The first step of a trainer allocates memory and is not measured.
    private static readonly int[][] Sequences = ModelShapes.RandomRows(Shape, Rows * (1 + MeasuredSteps), Length + 1);

    internal static BenchmarkResult Run()
    {
        TorchRuntime.EnsureLoaded();
        using CausalLanguageModel model = CausalLanguageModel.Create(Shape, seed: 0);
        using LoraAdapter adapter = LoraAdapter.Create(Shape, new LoraOptions());
        using LoraAdapter withoutDropout = LoraAdapter.Create(Shape, new LoraOptions { Dropout = 0 });
        var full = new Contender("full", () => Train(model));
        var lora = new Contender("lora, rank 16, dropout 0.05", () => Train(model, adapter));
        var plain = new Contender("lora, rank 16, no dropout", () => Train(model, withoutDropout));
        var last = new Contender("last 10 of 30 layers", () =>
        {
            model.TrainLastLayers(10);
            double rate = Train(model);
            model.TrainAll();
            return rate;
        });
        Benchmarks.Rounds.Run(MeasuredRounds, "tokens/s", full, lora, plain, last);
        return BenchmarkResult.OfRates("train-lora", "tokens/s", lora, full);
    }

    private static double Train(CausalLanguageModel model, LoraAdapter adapter)
    {
        adapter.Attach(model);
        double rate = Train(model);
        adapter.Detach();
        return rate;
    }

    private static double Train(CausalLanguageModel model)
    {
        var options = new TrainingOptions { Epochs = 1, TokensPerBatch = Rows * Length, ContextLength = Length, Precision = ComputePrecision.BFloat16 };
        var clock = new StepClock();
        new CausalLanguageModelTrainer(model, options).Train(Sequences, clock);
        return clock.TokensPerSecond;
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
