namespace Microsoft.ML.Llm4Es;

/// <summary>A pretrained model in a Hugging Face folder.</summary>
internal sealed class FolderModelSource(string folder) : PretrainedModelSource
{
    /// <inheritdoc/>
    public override string ToString() => $"the folder {folder}";

    private protected override string Locate(Action<string> log, CancellationToken cancellation) => Directory.Exists(folder)
        ? folder
        : throw new DirectoryNotFoundException($"The model folder '{folder}' was not found. A Hugging Face folder with config.json, model.safetensors and tokenizer.json is expected.");
}
