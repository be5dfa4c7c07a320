using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>
/// The loss on held-out entities after a short training of the default model from scratch, at several learning rates: whether the default's is a good one.
/// Real event sets where they are at hand, synthetic card clients always.
/// </summary>
internal static class LearningRateBenchmark
{
    private const double Default = 2e-3;

    private static readonly string[] RealSets = ["loans", "icu", "grocery"];

    private static readonly double[] Rates = [5e-4, 1e-3, Default, 4e-3];

    internal static BenchmarkResult Run()
    {
        (string Name, string[] Texts)[] sets =
        [
            ("synthetic", EventTexts.Synthetic(clients: 800)),
            .. RealSets.Select(name => (name, EventTexts.Real(name))).Where(set => set.Item2.Length > 0),
        ];
        double[] means = [.. Rates.Select(rate => sets.Average(set => HeldOutLoss(set.Name, set.Texts, rate)))];
        double ofDefault = means[Array.IndexOf(Rates, Default)];
        (double best, double bestRate) = means.Zip(Rates).Where(pair => pair.Second != Default).Min();
        return new BenchmarkResult("learning-rate", Math.Round(ofDefault, 4), "nats a token", null, FormattableString.Invariant($"learning rate {bestRate}"), Math.Round(best, 4), Math.Round(best / ofDefault, 4));
    }

    private static double HeldOutLoss(string name, string[] texts, double learningRate)
    {
        var ml = new MLContext(seed: 42);
        double loss = double.NaN;
        var options = new FineTuneLlmEmbedderOptions
        {
            Progress = new Listener(report => loss = report.ValidationLoss ?? loss),
            Training = new TrainingOptions
            {
                Epochs = 3,
                MaxTokens = 250_000,
                ContextLength = 512,
                LearningRate = learningRate,
                AdamEpsilon = 1e-8,
                WeightDecay = 0.1,
                Validation = new ValidationOptions { Share = 0.1, EverySteps = 1000 },
            },
        };
        ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(ml.Data.LoadFromEnumerable(texts.Select(text => new Row { Text = text }))).Dispose();
        Console.WriteLine(FormattableString.Invariant($"{name,-10} learning rate {learningRate}: {loss:F4} nats a token on held-out entities"));
        return loss;
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";
    }

    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
