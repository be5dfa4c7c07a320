using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>
/// Opening SmolLM2-135M, beside a plain read of the same file's bytes into memory: from safetensors in fp32 and bf16, which are written to a temporary
/// folder, and from the GGUF file where it lies beside the checkout. The result is the case that moves the same bytes: fp32 as it is stored.
/// </summary>
internal static class LoadBenchmark
{
    private const int RoundCount = 5;
    private const int PieceLength = 1 << 22;

    internal static BenchmarkResult Run()
    {
        TorchRuntime.EnsureLoaded();
        string folder = Directory.CreateTempSubdirectory("llm4es-load-").FullName;
        try
        {
            string wide = Path.Combine(folder, "fp32");
            string narrow = Path.Combine(folder, "bf16");
            Write(wide, narrow);
            Contender library = Loading("safetensors fp32", () => CausalLanguageModel.LoadHuggingFace(wide));
            Contender peer = Reading("plain read, fp32 file", Path.Combine(wide, "model.safetensors"));
            List<Contender> contenders =
            [
                library,
                peer,
                Loading("safetensors bf16", () => CausalLanguageModel.LoadHuggingFace(narrow, weights: ComputePrecision.BFloat16)),
                Reading("plain read, bf16 file", Path.Combine(narrow, "model.safetensors")),
                Loading("safetensors bf16 as fp32", () => CausalLanguageModel.LoadHuggingFace(narrow)),
            ];
            if (FindGguf() is { } gguf)
            {
                contenders.Add(Loading("gguf as fp32", () => CausalLanguageModel.LoadGguf(gguf)));
                contenders.Add(Loading("gguf as bf16", () => CausalLanguageModel.LoadGguf(gguf, weights: ComputePrecision.BFloat16)));
                contenders.Add(Reading("plain read, gguf file", gguf));
                contenders.Add(LoadingSavedModel(gguf, Path.Combine(folder, "model.zip")));
            }

            Rounds.Run(RoundCount, "loads/s", contenders);
            return BenchmarkResult.OfTimes("load", library, peer);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(string wide, string narrow)
    {
        using (CausalLanguageModel model = CausalLanguageModel.Create(ModelShapes.SmolLM2, seed: 0)) model.SaveHuggingFace(wide);
        using CausalLanguageModel small = CausalLanguageModel.LoadHuggingFace(wide, weights: ComputePrecision.BFloat16);
        small.SaveHuggingFace(narrow);
    }

    private static Contender Loading(string name, Func<CausalLanguageModel> load) => Contender.Timed(name, amount: 1, () => load().Dispose());

    /// <summary>Saves an embedder of the model, untuned, and loads the saved ML.NET model: weights in fp32 and the tokenizer.</summary>
    private static Contender LoadingSavedModel(string gguf, string path)
    {
        var context = new MLContext(seed: 0);
        IDataView texts = context.Data.LoadFromEnumerable([new Document()]);
        var options = new FineTuneLlmEmbedderOptions { Model = LanguageModelSource.Gguf(gguf), Tuning = Tuning.None };
        using (FineTuneLlmEmbedderTransformer fitted = context.Transforms.FineTuneLlmEmbedder("Embedding", nameof(Document.Text), options).Fit(texts))
            context.Model.Save(fitted, texts.Schema, path);
        return Contender.Timed("saved ML.NET model, fp32", amount: 1, () => ((IDisposable)context.Model.Load(path, out _)).Dispose());
    }

    private sealed class Document
    {
        public string Text { get; set; } = "one event";
    }

    /// <summary>Reads a file from start to end into pieces of memory that are about as large as a layer's weights, so that the allocator treats both alike.</summary>
    private static Contender Reading(string name, string path) => Contender.Timed(name, amount: 1, () =>
    {
        using DisposeScope scope = NewDisposeScope();
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        for (long left = file.Length; left > 0; left -= PieceLength) file.ReadExactly(empty(Math.Min(left, PieceLength), ScalarType.Byte).bytes);
    });

    private static string? FindGguf()
    {
        const string Models = "../shared/models/SmolLM2-135M-Instruct";
        return Directory.Exists(Models) ? Directory.GetFiles(Models, "*.gguf").FirstOrDefault() : null;
    }
}
