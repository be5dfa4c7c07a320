using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.Evaluation;
using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>Fitting the default trainer, on one thread, to vectors as <see cref="Llm4EsPreset.Blend"/> makes them. The peer is ML.NET's LightGBM alone on the whole vector, with the paper's settings.</summary>
internal static class BlendBenchmark
{
    private const string Name = "train-blend";
    private const int Rows = 2_000;

    /// <summary>The values of each part.</summary>
    private const int Width = 192;
    private const int MeasuredRounds = 3;

    private static readonly string[] Parts = ["sublinearMean.h0", "mean.h2-4", "last.h2-4"];

    internal static Benchmark Benchmark { get; } = new(Name, "fitting BlendedTrainer to 2,000 vectors of the default model, on one thread", Run);

    private static BenchmarkResult Run()
    {
        var context = new MLContext(seed: 0);
        IDataView rows = Vectors(context);
        var blend = new BlendedTrainer(context, options: new() { LightGbm = new() { Threads = 1 } });
        LightGbmBinaryTrainer lightGbm = context.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options
        {
            NumberOfThreads = 1,
            NumberOfIterations = 500,
            LearningRate = 0.02,
            NumberOfLeaves = 31,
            MinimumExampleCountPerLeaf = 50,
            Silent = true,
            Booster = new GradientBooster.Options { MaximumTreeDepth = 6, FeatureFraction = 0.75, SubsampleFraction = 0.5, SubsampleFrequency = 1, L1Regularization = 1, L2Regularization = 1 },
        });
        var library = Contender.Timed("llm4es blend", 1, () => blend.Fit(rows));
        var peer = Contender.Timed("LightGBM, the whole vector", 1, () => lightGbm.Fit(rows));
        Rounds.Run(MeasuredRounds, "fits/s", library, peer);
        return BenchmarkResult.OfTimes(Name, library, peer);
    }

    /// <summary>Vectors whose leading components tell most of the label.</summary>
    private static IDataView Vectors(MLContext context)
    {
        var random = new Random(0);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        Vector[] vectors = [.. Enumerable.Range(0, Rows).Select(_ =>
        {
            float[] values = [.. Enumerable.Range(0, 3 * Width).Select(_ => (float)Normal())];
            double signal = Enumerable.Range(0, 3 * Width).Sum(i => values[i] / (1 + i % Width));
            return new Vector { Features = values, Label = signal + 2 * Normal() > 0 };
        })];
        string[] names = [.. Parts.SelectMany(part => Enumerable.Range(0, Width).Select(i => $"{part}.{i}"))];
        var schema = SchemaDefinition.Create(typeof(Vector));
        var type = new VectorDataViewType(TextDataViewType.Instance, names.Length);
        schema[nameof(Vector.Features)].AddAnnotation("SlotNames", new VBuffer<ReadOnlyMemory<char>>(names.Length, Array.ConvertAll(names, name => name.AsMemory())), type);
        return context.Data.LoadFromEnumerable(vectors, schema);
    }

    private sealed class Vector
    {
        [VectorType(3 * Width)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }
}
