using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>The most memory that training takes beyond the weights, activations kept or computed anew. Reads /proc, so it runs on Linux only.</summary>
internal static class MemoryBenchmark
{
    internal static BenchmarkResult Run()
    {
        Measure("default", ModelShapes.Default, tokensPerBatch: 2048, recompute: false);
        Measure("default", ModelShapes.Default, tokensPerBatch: 2048, recompute: true);
        double kept = Measure("default", ModelShapes.Default, tokensPerBatch: 8192, recompute: false);
        double recomputed = Measure("default", ModelShapes.Default, tokensPerBatch: 8192, recompute: true);
        Measure("135m", ModelShapes.SmolLM2, tokensPerBatch: 1024, recompute: false);
        Measure("135m", ModelShapes.SmolLM2, tokensPerBatch: 1024, recompute: true);
        return new BenchmarkResult("train-memory", Math.Round(recomputed), "MB", null, "activations kept", Math.Round(kept), Math.Round(kept / recomputed, 2));
    }

    /// <summary>Makes one step.</summary>
    private static double Measure(string name, LanguageModelConfiguration shape, int tokensPerBatch, bool recompute)
    {
        using CausalLanguageModel model = CausalLanguageModel.Create(shape, seed: 0);
        double weights = model.Parameters.Sum(parameter => parameter.numel());
        const int RowLength = 512;
        var options = new TrainingOptions { Epochs = 1, ContextLength = RowLength, TokensPerBatch = tokensPerBatch, RecomputeActivations = recompute };
        int[][] rows = ModelShapes.RandomRows(shape, tokensPerBatch / RowLength, RowLength + 1);
        GC.Collect();
        // Memory that the allocator keeps of earlier measurements would hide some of this one's.
        _ = MallocTrim(0);
        double before = Environment.WorkingSet;
        // 5 sets the peak back to what is in use (proc(5)).
        File.WriteAllText("/proc/self/clear_refs", "5");
        new CausalLanguageModelTrainer(model, options).Train(rows);
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        double peak = (double.Parse(line.AsSpan(6).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) * 1024) - before;
        double activations = peak - (12 * weights);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}, {weights / 1e6:F1}M weights, {tokensPerBatch} tokens, {(recompute ? "recomputed" : "kept")}: {peak / 1e6:F0} MB beyond the weights, {activations / tokensPerBatch / 1e3:F1} kB a token beyond gradients and optimizer"));
        return peak / 1e6;
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int MallocTrim(nuint kept);
}
