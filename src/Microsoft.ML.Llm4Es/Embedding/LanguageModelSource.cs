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

    /// <summary>Whether the model began with random weights and has seen nothing but the texts that it was tuned on.</summary>
    internal virtual bool IsFromScratch => false;

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

    /// <summary>The language model of a saved ML.NET model, to be tuned on: first on one corpus, then on another.</summary>
    /// <param name="path">The file that <c>MLContext.Model.Save</c> wrote; one FineTuneLlmEmbedder is in it.</param>
    /// <returns>The source; the file is read when the estimator is fitted.</returns>
    public static LanguageModelSource Model(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new TunedModelSource(path);
    }

    /// <summary>The language model of a fitted embedder, to be tuned on. The embedder itself stays as it is.</summary>
    /// <param name="fitted">The embedder; it must not be disposed before the estimator is fitted.</param>
    /// <returns>The source; the model is copied when the estimator is fitted.</returns>
    public static LanguageModelSource Transformer(FineTuneLlmEmbedderTransformer fitted)
    {
        ArgumentNullException.ThrowIfNull(fitted);
        return new TunedModelSource(fitted);
    }

    /// <summary>Reads a source as the command line writes it: <c>scratch</c>, <c>scratch:PRESET</c>, a saved ML.NET model (.zip), or a folder.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The source.</returns>
    /// <exception cref="ArgumentException">There is no such preset.</exception>
    public static LanguageModelSource Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        const string Scratch = "scratch";
        if (text == Scratch) return FromScratch();
        if (text.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)) return Model(text);
        return text.StartsWith(Scratch + ":", StringComparison.Ordinal)
            ? FromScratch(LanguageModelPreset.Parse(text[(Scratch.Length + 1)..]))
            : Folder(text);
    }

    /// <summary>Opens the model; the caller owns it.</summary>
    internal abstract (CausalLanguageModel Model, LanguageModelTokenizer Tokenizer) Open(
        IReadOnlyList<string> texts, int seed, torch.Device device, Action<string> log, CancellationToken cancellation);
}
