using System.Numerics.Tensors;
using Microsoft.ML.Llm4Es.LanguageModels;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>Embedding with the library in bf16 and with llama.cpp, on the same weights, texts and threads. The peer is the fastest of the types in which llama.cpp can keep these weights.</summary>
internal static class LlamaCppBenchmark
{
    private const string Name = "embed-llama-cpp";
    private const int Texts = 8;
    private const int Length = 512;
    private const int RoundCount = 5;

    // The mean over a text of the last hidden states is what llama.cpp pools.
    private static readonly PoolingOptions Pooling = PoolingOptions.Of(LayerRange.LastOnly);

    internal static Benchmark Benchmark { get; } = new(Name, "embedding 8 texts of 512 tokens with the shape of SmolLM2-135M, beside llama.cpp on the same weights (needs Node.js)", Run);

    private static BenchmarkResult Run()
    {
        TorchRuntime.EnsureLoaded();
        LlamaCppPeer.Install();
        string folder = Directory.CreateTempSubdirectory("llm4es-llama-cpp-").FullName;
        List<LlamaCppPeer> peers = [];
        try
        {
            int[][] texts = ModelShapes.RandomRows(ModelShapes.SmolLM2, Texts, Length);
            using CausalLanguageModel model = CausalLanguageModel.Create(ModelShapes.SmolLM2, seed: 0);
            model.Precision = ComputePrecision.BFloat16;
            foreach (LlamaCppType type in LlamaCppType.All) peers.Add(LlamaCppPeer.Start(model, type, texts, folder));
            TokenBatch batch = new([.. texts.Select(text => (ReadOnlyMemory<int>)text)]);
            Compare(HiddenStatePooling.Pool(model, batch, Pooling)[0], peers);

            using var product = new MatrixProduct(ScalarType.BFloat16);
            var library = Contender.Timed("llm4es bf16", batch.TokenCount, () => HiddenStatePooling.Pool(model, batch, Pooling));
            Rounds.Run(RoundCount, "tokens/s", [product], [library, .. peers.Select(peer => peer.Contender)]);
            double operations = ModelShapes.ForwardOperations(ModelShapes.SmolLM2, Length);
            return BenchmarkResult.OfRates(Name, "tokens/s", library, peers.MaxBy(peer => peer.Contender.Best)!.Contender, gemmShare: library.Best * operations / product.Best);
        }
        finally
        {
            foreach (LlamaCppPeer peer in peers) peer.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Makes sure that all do the same work.</summary>
    private static void Compare(float[] vector, IEnumerable<LlamaCppPeer> peers)
    {
        foreach (LlamaCppPeer peer in peers)
        {
            float cosine = TensorPrimitives.CosineSimilarity<float>(vector, peer.FirstVector());
            Console.WriteLine(FormattableString.Invariant($"{peer.Contender.Name}: cosine of its vector and the library's {cosine:f4}"));
            if (!(cosine > 0.99)) throw new InvalidOperationException($"{peer.Contender.Name} gives another vector than the library (cosine {cosine}), so that the two do not do the same work.");
        }
    }
}
