namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A folder that is deleted with all that is in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("llm4es-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
