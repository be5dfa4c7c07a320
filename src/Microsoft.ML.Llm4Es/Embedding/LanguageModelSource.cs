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

    /// <summary>Whether <see cref="ToString"/> tells the model from every other, in another process too.</summary>
    internal virtual bool HasName => true;

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

    /// <summary>A pretrained model in a .gguf file, the format of llama.cpp and Ollama, with the tokenizer that it holds or that lies beside it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The source; the file is read when the estimator is fitted.</returns>
    public static LanguageModelSource Gguf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new GgufModelSource(path);
    }

    /// <summary>A pretrained model on the Hugging Face Hub, which is downloaded into Hugging Face's cache unless it is there; see <see cref="HuggingFaceHub"/>.</summary>
    /// <param name="repositoryId">The repository, such as <c>HuggingFaceTB/SmolLM2-135M</c>.</param>
    /// <param name="options">Revision, .gguf file, cache, token and more.</param>
    /// <returns>The source; the model is downloaded when the estimator is fitted, on the thread that calls Fit.</returns>
    /// <exception cref="ArgumentException">The id is no repository's.</exception>
    public static LanguageModelSource Hub(string repositoryId, HubOptions? options = null)
    {
        HuggingFaceHub.CheckRepositoryId(repositoryId);
        return new HubModelSource(repositoryId, options ?? new HubOptions());
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

    /// <summary>
    /// Reads a source as the command line writes it: <c>scratch</c>, <c>scratch:PRESET</c>, a folder that exists, a saved ML.NET
    /// model (<c>.zip</c>), a file that ends in <c>.gguf</c>, else an id on the
    /// Hub, <c>organisation/name</c> or <c>organisation/name@REVISION</c>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>The source.</returns>
    /// <exception cref="ArgumentException">The text is none of these; the message says what is expected.</exception>
    public static LanguageModelSource Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        const string Scratch = "scratch";
        if (text == Scratch) return FromScratch();
        if (text.StartsWith(Scratch + ":", StringComparison.Ordinal)) return FromScratch(LanguageModelPreset.Parse(text[(Scratch.Length + 1)..]));
        if (Directory.Exists(text)) return Folder(text);
        if (text.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)) return Model(text);
        if (text.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)) return Gguf(text);

        string[] idAndRevision = text.Split('@', 2);
        try
        {
            if (idAndRevision[0].Contains('/', StringComparison.Ordinal)) return Hub(idAndRevision[0], idAndRevision is [_, string revision] ? new HubOptions { Revision = revision } : null);
        }
        catch (ArgumentException cause)
        {
            throw new ArgumentException($"'{text}' is no language model: there is no such folder, and as an id on the Hub it is not valid. {cause.Message}", nameof(text), cause);
        }

        throw new ArgumentException(
            $"'{text}' is no language model. Expected scratch, scratch:PRESET, a folder that exists, a saved model (.zip), a .gguf file, or an id on the Hub such as HuggingFaceTB/SmolLM2-135M.", nameof(text));
    }

    /// <summary>Says in words where the model comes from: the same words for the same model.</summary>
    /// <returns>Words for a message.</returns>
    public abstract override string ToString();

    /// <summary>Opens the model; the caller owns it.</summary>
    internal abstract OpenedLanguageModel Open(
        IReadOnlyList<string> texts, int seed, torch.Device device, Action<string> log, CancellationToken cancellation);
}
