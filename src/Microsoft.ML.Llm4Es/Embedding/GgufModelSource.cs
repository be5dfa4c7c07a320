namespace Microsoft.ML.Llm4Es;

/// <summary>A pretrained model in a .gguf file.</summary>
internal sealed class GgufModelSource(string path) : PretrainedModelSource
{
    /// <inheritdoc/>
    public override string ToString() => $"the file {path}";

    private protected override string Locate(Action<string> log, CancellationToken cancellation) => File.Exists(path)
        ? path
        : throw new FileNotFoundException($"The model file '{path}' was not found. A .gguf file, as llama.cpp and Ollama use it, is expected.", path);
}
