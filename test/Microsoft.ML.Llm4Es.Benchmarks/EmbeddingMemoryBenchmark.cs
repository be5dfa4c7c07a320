using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>The most memory that a fitted embedder takes beyond its weights for one history of 16,384 tokens, in one piece and in windows. Reads /proc, so it runs on Linux only.</summary>
internal static class EmbeddingMemoryBenchmark
{
    private const int HistoryLength = 16_384;

    private static readonly MLContext ML = new(seed: 0);

    internal static BenchmarkResult Run()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("llm4es-benchmark-");
        try
        {
            // Each digit is a token.
            LanguageModelTokenizer tokenizer = BytePairTrainer.Train(["0123456789"], new BytePairTrainerOptions { VocabularySize = 300 });
            using (CausalLanguageModel model = CausalLanguageModel.Create(ModelShapes.SmolLM2 with { MaxPositions = HistoryLength }, seed: 0))
                model.SaveHuggingFace(folder.FullName, tokenizer);
            var random = new Random(0);
            string history = string.Concat(Enumerable.Range(0, HistoryLength).Select(_ => (char)('0' + random.Next(10))));

            double piece = Measure(folder.FullName, history, ComputePrecision.Auto, new EmbeddingOptions());
            double windows = Measure(folder.FullName, history, ComputePrecision.Auto, new EmbeddingOptions { MaxTokens = 2048 });
            Measure(folder.FullName, history, ComputePrecision.Auto, new EmbeddingOptions { MaxTokens = 2048, TokensPerBatch = 2048 });
            Measure(folder.FullName, history, ComputePrecision.Float32, new EmbeddingOptions { MaxTokens = 2048 });
            Measure(folder.FullName, history, ComputePrecision.Float32, new EmbeddingOptions());
            return new BenchmarkResult("embed-memory", Math.Round(piece), "MB", null, "windows of 2,048 tokens", Math.Round(windows), Math.Round(piece / windows, 2));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Measure(string model, string history, ComputePrecision precision, EmbeddingOptions embedding)
    {
        using FineTuneLlmEmbedderTransformer embedder = ML.Transforms.FineTuneLlmEmbedder("Embedding", "Text", new FineTuneLlmEmbedderOptions
        {
            Model = LanguageModelSource.Folder(model),
            Tuning = Tuning.None,
            Precision = precision,
            Embedding = embedding,
        }).Fit(Rows(history));
        // The weights' copy in the precision of the products is made by the first text.
        Embed(embedder, "0123456789");
        GC.Collect();
        // Memory that the allocator keeps of earlier measurements would hide some of this one's.
        _ = MallocTrim(0);
        double before = Environment.WorkingSet;
        // 5 sets the peak back to what is in use (proc(5)).
        File.WriteAllText("/proc/self/clear_refs", "5");
        Embed(embedder, history);
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        double peak = ((double.Parse(line.AsSpan(6).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) * 1024) - before) / 1e6;
        string pieces = embedding.MaxTokens is { } most ? $"windows of {most} tokens, {embedding.TokensPerBatch} together" : "one piece";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{precision}, {HistoryLength} tokens in {pieces}: {peak:F0} MB beyond the weights' {before / 1e6:F0} MB of process"));
        return peak;
    }

    private static void Embed(FineTuneLlmEmbedderTransformer embedder, string text)
    {
        float[] vector = embedder.Transform(Rows(text)).GetColumn<float[]>("Embedding").Single();
        if (!vector.All(float.IsFinite)) throw new InvalidOperationException("The vector is not finite.");
    }

    private static IDataView Rows(string text) => ML.Data.LoadFromEnumerable([new TextRow { Text = text }]);

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int MallocTrim(nuint kept);

    private sealed class TextRow
    {
        public string Text { get; set; } = "";
    }
}
