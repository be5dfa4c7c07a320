using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>The real tokenizers beside the repository, and what the reference libraries make of texts and ids with them.</summary>
internal static class ReferenceTokenizers
{
    /// <summary>The names of the reference's case files.</summary>
    public static IReadOnlyList<string> Names()
    {
        string folder = ReferenceData.Require(ReferenceData.Reference, "tokenizers");
        string[] names = [.. Directory.EnumerateFiles(folder, "*.jsonl.gz").Select(f => Path.GetFileName(f)[..^".jsonl.gz".Length]).Order()];
        Assert.NotEmpty(names);
        return names;
    }

    public static LanguageModelTokenizer Load(string name)
    {
        string models = ReferenceData.Require(ReferenceData.Models);
        IEnumerable<string> folders = Directory.EnumerateDirectories(models).Concat(Directory.EnumerateDirectories(Path.Combine(models, "tokenizers")));
        string folder = folders.Single(f => Path.GetFileName(f).Equals(name, StringComparison.OrdinalIgnoreCase));
        string packed = Path.Combine(folder, "tokenizer.json.gz");
        return File.Exists(packed) ? LanguageModelTokenizer.Parse(Unpack(packed)) : LanguageModelTokenizer.Load(folder);
    }

    public static IEnumerable<TokenizerCase> Cases(string name) =>
        ReadCases(ReferenceData.Require(ReferenceData.Reference, "tokenizers", $"{name}.jsonl.gz"));

    public static IEnumerable<TokenizerCase> ReadCases(string path)
    {
        using StreamReader reader = new(new MemoryStream(Unpack(path)));
        while (reader.ReadLine() is { } line) yield return JsonSerializer.Deserialize<TokenizerCase>(line, JsonSerializerOptions.Web)!;
    }

    public static byte[] Unpack(string path)
    {
        using GZipStream packed = new(File.OpenRead(path), CompressionMode.Decompress);
        using MemoryStream unpacked = new();
        packed.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}

/// <summary>A line of a case file; what a line lacks is null.</summary>
internal sealed record TokenizerCase(
    string? Text,
    int[]? Ids,
    [property: System.Text.Json.Serialization.JsonPropertyName("ids_special")] int[]? IdsSpecial,
    [property: System.Text.Json.Serialization.JsonPropertyName("ids_only")] int[]? IdsOnly,
    string? Decoded,
    [property: System.Text.Json.Serialization.JsonPropertyName("decoded_skip")] string? DecodedSkip)
{
    /// <summary>The ids that the decoded texts belong to.</summary>
    public int[] IdsToDecode => IdsSpecial ?? IdsOnly!;
}
