using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>Tokens a second of the forward pass in bf16, for embeddings or for the logits after a prompt. The peer does the same in fp32.</summary>
internal sealed class ForwardBenchmark(string name, LanguageModelConfiguration shape, int rows, bool logits, int rounds)
{
    private const int Length = 512;

    internal static Benchmark PromptOfSmolLM2 { get; } = new(
        "prompt-135m", "a prompt of 512 tokens through the shape of SmolLM2-135M, to the logits of its last token",
        () => new ForwardBenchmark("prompt-135m", ModelShapes.SmolLM2, rows: 1, logits: true, rounds: 10).Run());

    internal static Benchmark EmbeddingOfSmolLM2 { get; } = new(
        "embed-135m", "embedding 8 texts of 512 tokens with the shape of SmolLM2-135M",
        () => new ForwardBenchmark("embed-135m", ModelShapes.SmolLM2, rows: 8, logits: false, rounds: 5).Run());

    internal static Benchmark EmbeddingOfDefault { get; } = new(
        "embed-default", "embedding 16 texts of 512 tokens with the default model",
        () => new ForwardBenchmark("embed-default", ModelShapes.Default, rows: 16, logits: false, rounds: 15).Run());

    private readonly TokenBatch _batch = new([.. ModelShapes.RandomRows(shape, rows, Length).Select(row => (ReadOnlyMemory<int>)row)]);

    internal BenchmarkResult Run()
    {
        TorchRuntime.EnsureLoaded();
        using CausalLanguageModel model = CausalLanguageModel.Create(shape, seed: 0);
        using var product = new MatrixProduct(ScalarType.BFloat16);
        using PyTorchPeer? pytorch = PyTorchPeer.TryStart(logits ? PyTorchWork.Prompt : PyTorchWork.Embed, shape, rows, Length);
        double tokens = _batch.TokenCount;
        model.Precision = ComputePrecision.BFloat16;
        var library = Contender.Timed("llm4es bf16", tokens, () => Forward(model));
        using CausalLanguageModel? single = pytorch is null ? CausalLanguageModel.Create(shape, seed: 0) : null;
        if (single is not null) single.Precision = ComputePrecision.Float32;
        Contender peer = pytorch?.Contender ?? Contender.Timed("llm4es fp32 (no PyTorch here)", tokens, () => Forward(single!));
        Rounds.Run(rounds, "tokens/s", [product], [library, peer]);

        double operations = ModelShapes.ForwardOperations(shape, Length) + (logits ? ModelShapes.HeadOperations(shape) / Length : 0);
        return BenchmarkResult.OfRates(name, "tokens/s", library, peer, gemmShare: library.Best * operations / product.Best);
    }

    private void Forward(CausalLanguageModel model)
    {
        if (!logits)
        {
            HiddenStatePooling.Pool(model, _batch);
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        model.Logits(model.HiddenStates(_batch)[^1..]).cpu();
    }
}
