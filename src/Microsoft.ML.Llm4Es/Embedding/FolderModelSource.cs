using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;

namespace Microsoft.ML.Llm4Es;

/// <summary>A pretrained model in a Hugging Face folder.</summary>
internal sealed class FolderModelSource(string folder) : LanguageModelSource
{
    internal override TrainingOptions DefaultTraining => TrainingDefaults.Pretrained;

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
