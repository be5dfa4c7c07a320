using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>The folders that a cases.json of reference/models describes.</summary>
internal static class ReferenceFolders
{
    /// <summary>The names of all folders; one that will be skipped where there are none.</summary>
    internal static TheoryData<string> Names(string group) =>
        ReferenceData.Reference is { } reference && Directory.Exists(Path.Combine(reference, "models", group))
            ? [.. Cases(group).Select(item => item.GetProperty("folder").GetString()!)]
            : ["good"];

    /// <summary>The path of a folder, and what is expected of it.</summary>
    internal static (string Path, JsonElement Expected) Require(string group, string name)
    {
        string root = ReferenceData.Require(ReferenceData.Reference, "models", group);
        return (Path.Combine(root, name), Cases(group).Single(item => item.GetProperty("folder").GetString() == name));
    }

    /// <summary>Fails unless loading was refused with a message that holds all that the case wants mentioned.</summary>
    internal static void AssertRefused(Exception? refusal, JsonElement expected)
    {
        Assert.True(refusal is InvalidDataException or FileNotFoundException, $"{refusal}");
        foreach (JsonElement mention in expected.GetProperty("mention").EnumerateArray()) Assert.Contains(mention.GetString()!, refusal.Message, StringComparison.Ordinal);
    }

    private static JsonElement[] Cases(string group) =>
        [.. JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(Path.Combine(ReferenceData.Reference!, "models", group, "cases.json"))).EnumerateArray()];
}
