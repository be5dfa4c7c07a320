using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>Where a saved model keeps the weights of its language model.</summary>
public sealed class SaveWeights
{
    private SaveWeights(bool areExternal, string? folder)
    {
        AreExternal = areExternal;
        Folder = folder;
    }

    /// <summary>Gets the default: weights lie inside the saved model, which is one file that needs nothing else.</summary>
    public static SaveWeights Inside { get; } = new(areExternal: false, null);

    /// <summary>Gets whether a saved model refers to weights outside of it.</summary>
    public bool AreExternal { get; }

    /// <summary>Gets the folder that the weights are written to; null where none is.</summary>
    public string? Folder { get; }

    /// <summary>
    /// A saved model refers to the weights of a Hugging Face folder, by path and fingerprint, for models that are too large for a zip or that several saved
    /// models share. Loading looks for a folder of the same name in the folder that the environment variable LLM4ES_WEIGHTS names, then for the path itself, a
    /// relative one from the working directory, and refuses weights of another fingerprint.
    /// </summary>
    /// <param name="folder">
    /// The folder to write tokenizer and weights to, once, when Fit ends; what it holds under these names is replaced. Null, for a model of a folder or the Hub
    /// that is not tuned, or by LoRA: nothing is written, saved models refer to that folder, and hold LoRA's adapter, which is added when they are loaded.
    /// </param>
    /// <returns>The choice.</returns>
    /// <exception cref="ArgumentException">The folder's name is empty.</exception>
    public static SaveWeights External(string? folder = null)
    {
        if (folder is not null) ArgumentException.ThrowIfNullOrEmpty(folder);
        return new SaveWeights(areExternal: true, folder);
    }

    /// <summary>Finds out before the long work whether weights can be kept so.</summary>
    /// <param name="source">Where the model comes from.</param>
    /// <param name="tuning">What becomes of its weights.</param>
    /// <param name="sourceFolder">The folder whose weights it has; null where there is none.</param>
    internal void Check(LanguageModelSource source, Tuning tuning, string? sourceFolder)
    {
        if (!AreExternal) return;
        if (Folder is null && (tuning.ChangesWeights || sourceFolder is null))
        {
            throw new InvalidOperationException(
                $"{nameof(SaveWeights)}.External() names no folder, and no other holds the weights: {(tuning.ChangesWeights ? "they are tuned" : $"{source} is no folder of safetensors")}. "
                + $"Name one to write them to, {nameof(SaveWeights)}.External(\"FOLDER\").");
        }

        if (Folder is null) return;
        if (sourceFolder is not null && Path.GetFullPath(sourceFolder) == Path.GetFullPath(Folder))
        {
            throw new InvalidOperationException(
                $"{nameof(SaveWeights)}.External would write to '{Folder}', where the model comes from. Name another folder, or none to refer to an untouched model.");
        }

        Directory.CreateDirectory(Folder);
    }

    /// <summary>Writes the weights where they are to be written.</summary>
    /// <param name="model">The model as it is after tuning, an adapter merged.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="sourceFolder">The folder whose weights it had; null where there is none.</param>
    /// <param name="isAdapted">Whether an adapter was merged into it.</param>
    /// <returns>What a saved model refers to; null where it is to hold the weights.</returns>
    internal ExternalWeights? Keep(CausalLanguageModel model, LanguageModelTokenizer tokenizer, string? sourceFolder, bool isAdapted)
    {
        if (!AreExternal) return null;
        if (Folder is null) return ExternalWeights.Of(sourceFolder!, lackAdapter: isAdapted);
        model.SaveHuggingFace(Folder, tokenizer);
        return ExternalWeights.Of(Folder, lackAdapter: false);
    }
}
