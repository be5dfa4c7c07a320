using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>The models of the reference data, found by listing their folder.</summary>
internal static class ReferenceModels
{
    /// <summary>Names of the folders that hold a model and what it should compute. One empty name where the data is absent, so that the tests skip with a reason.</summary>
    public static TheoryData<string> Names()
    {
        string? folder = Folder("models");
        string[] names = folder is null
            ? [""]
            : [.. Directory.GetDirectories(folder).Where(at => File.Exists(Path.Combine(at, "expected.safetensors"))).Select(at => Path.GetFileName(at)!).Order(StringComparer.Ordinal)];
        return [.. names];
    }

    internal static string Require(params string[] path) => ReferenceData.Require(ReferenceData.Reference, path);

    private static string? Folder(string name)
    {
        string? folder = ReferenceData.Reference is { } reference ? Path.Combine(reference, name) : null;
        return Directory.Exists(folder) ? folder : null;
    }
}
