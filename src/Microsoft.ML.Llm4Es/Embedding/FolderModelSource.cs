using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;

namespace Microsoft.ML.Llm4Es;

/// <summary>A pretrained model in a Hugging Face folder.</summary>
internal sealed class FolderModelSource(string folder) : LanguageModelSource
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
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The model folder '{folder}' was not found. A Hugging Face folder with config.json, model.safetensors and tokenizer.json is expected.");

        log($"opening {folder}");
        LanguageModelTokenizer tokenizer = LanguageModelTokenizer.Load(folder);
        return (CausalLanguageModel.LoadHuggingFace(folder, device), tokenizer);
    }
}
