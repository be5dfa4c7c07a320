using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;

namespace Microsoft.ML.Llm4Es;

/// <summary>Where the language model comes from that <see cref="FineTuneLlmEmbedderEstimator"/> tunes.</summary>
public abstract class LanguageModelSource
{
    private protected LanguageModelSource()
    {
    }

    /// <summary>The training settings to use where the options name none.</summary>
    internal abstract TrainingOptions DefaultTraining { get; }

    /// <summary>A new model of random weights, with a byte-level vocabulary learned from the training texts.</summary>
    /// <param name="preset">Its size; null for <see cref="LanguageModelPreset.Small"/>.</param>
    /// <returns>The source.</returns>
    public static LanguageModelSource FromScratch(LanguageModelPreset? preset = null) => new ScratchModelSource(preset ?? LanguageModelPreset.Small);

    /// <summary>A pretrained model in a Hugging Face folder: config.json, model.safetensors, tokenizer.json.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>The source; files are read when the estimator is fitted.</returns>
    public static LanguageModelSource Folder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new FolderModelSource(path);
    }

    /// <summary>Reads a source as the command line writes it: <c>scratch</c>, <c>scratch:PRESET</c>, or a folder.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The source.</returns>
    /// <exception cref="ArgumentException">There is no such preset.</exception>
    public static LanguageModelSource Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        const string Scratch = "scratch";
        if (text == Scratch) return FromScratch();
        return text.StartsWith(Scratch + ":", StringComparison.Ordinal)
            ? FromScratch(LanguageModelPreset.Parse(text[(Scratch.Length + 1)..]))
            : Folder(text);
    }

    /// <summary>Opens the model; the caller owns it.</summary>
    internal abstract (CausalLanguageModel Model, LanguageModelTokenizer Tokenizer) Open(
        IReadOnlyList<string> texts, int seed, torch.Device device, Action<string> log, CancellationToken cancellation);
}
