namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A GGUF file in a folder of its own, deleted with it.</summary>
internal sealed class GgufTemporaryFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es-gguf-");

    public GgufTemporaryFile(byte[] bytes) => Write(bytes);

    public string Folder => _folder.FullName;

    public string Path => System.IO.Path.Combine(Folder, "model.gguf");

    public void Write(byte[] bytes) => File.WriteAllBytes(Path, bytes);

    public void Dispose() => _folder.Delete(recursive: true);
}
