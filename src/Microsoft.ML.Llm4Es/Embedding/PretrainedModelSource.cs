using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;

namespace Microsoft.ML.Llm4Es;

/// <summary>A pretrained model, wherever its files are.</summary>
internal abstract class PretrainedModelSource : LanguageModelSource
{
    internal override TrainingOptions DefaultTraining => TrainingDefaults.Pretrained;

    internal override OpenedLanguageModel Open(
        IReadOnlyList<string> texts, int seed, torch.Device device, Action<string> log, CancellationToken cancellation)
    {
        string path = Locate(log, cancellation);
        log($"opening {this}");
        PretrainedLanguageModel pretrained = PretrainedLanguageModel.Load(path, device);
        bool isFolderOfWeights = Directory.Exists(path) && Directory.EnumerateFiles(path, "*.safetensors").Any();
        return new(pretrained.Model, pretrained.Tokenizer, isFolderOfWeights ? path : null);
    }

    /// <summary>The folder or .gguf file, which is made available first where it must be.</summary>
    private protected abstract string Locate(Action<string> log, CancellationToken cancellation);
}
