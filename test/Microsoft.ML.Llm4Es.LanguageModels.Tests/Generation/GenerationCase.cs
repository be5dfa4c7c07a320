using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A case of a generate.json of reference/models: prompts, and what transformers generates from them greedily.</summary>
internal sealed record GenerationCase(string Model, string Name, int[][] Prompts, int[][] NewTokens, int[] EndIds, int MaxNewTokens)
{
    private const string File = "generate.json";

    /// <summary>All models and their cases, found by listing; one that will be skipped where there are none.</summary>
    public static TheoryData<string, string> Names
    {
        get
        {
            string? folder = ReferenceData.Reference is { } reference ? Path.Combine(reference, "models") : null;
            TheoryData<string, string> names = [];
            if (!Directory.Exists(folder)) names.Add("llama-default", "single");
            else
            {
                foreach (string model in Directory.GetDirectories(folder).Where(at => System.IO.File.Exists(Path.Combine(at, File))).Select(at => Path.GetFileName(at)).Order(StringComparer.Ordinal))
                    foreach (JsonElement found in Read(Path.Combine(folder, model)).GetProperty("cases").EnumerateArray()) names.Add(model, found.GetProperty("name").GetString()!);
            }

            return names;
        }
    }

    /// <summary>Whether it is what a key/value cache of keys that keep an outdated rotation gives: information only.</summary>
    internal bool IsInformation { get; private init; }

    internal static GenerationCase Load(string model, string name)
    {
        JsonElement all = Read(ReferenceData.Require(ReferenceData.Reference, "models", model));
        JsonElement found = all.GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);
        int[][] mask = Rows(found.GetProperty("attention_mask"));
        int[][] prompts = [.. Rows(found.GetProperty("input_ids")).Select((row, i) => row.Where((_, token) => mask[i][token] == 1).ToArray())];
        int[] ends = found.TryGetProperty("eos_token_ids", out JsonElement ids) ? Row(ids) : [];
        return new(model, name, prompts, Rows(found.GetProperty("new_tokens")), ends, all.GetProperty("max_new_tokens").GetInt32())
        {
            IsInformation = found.TryGetProperty("same_as_recomputed", out JsonElement same) && !same.GetBoolean(),
        };
    }

    internal static int[] Row(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];

    private static int[][] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(Row)];

    private static JsonElement Read(string folder) => JsonSerializer.Deserialize<JsonElement>(System.IO.File.ReadAllBytes(Path.Combine(folder, File)));
}
