using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;

namespace Microsoft.ML.Llm4Es;

/// <summary>A pretrained model, wherever its files are.</summary>
internal abstract class PretrainedModelSource : LanguageModelSource
{
    /// <summary>The paper's settings for a pretrained model without enriched texts (LLM4ES, arXiv 2508.05688; design of its published code).</summary>
    internal override TrainingOptions DefaultTraining => new()
    {
        Epochs = 12,
        ContextLength = 8192,
        TokensPerBatch = 8192,
        LearningRate = 1e-5,
        WarmupFraction = 0.05,
        AdamBeta1 = 0.9,
        AdamBeta2 = 0.95,
        AdamEpsilon = 1e-5,
        WeightDecay = 1e-6,
        MaxGradientNorm = 1,
    };

    internal override (CausalLanguageModel Model, LanguageModelTokenizer Tokenizer) Open(
        IReadOnlyList<string> texts, int seed, torch.Device device, Action<string> log, CancellationToken cancellation)
    {
        string path = Locate(log, cancellation);
        log($"opening {this}");
        PretrainedLanguageModel pretrained = PretrainedLanguageModel.Load(path, device);
        return (pretrained.Model, pretrained.Tokenizer);
    }

    /// <summary>The folder or .gguf file, which is made available first where it must be.</summary>
    private protected abstract string Locate(Action<string> log, CancellationToken cancellation);
}
