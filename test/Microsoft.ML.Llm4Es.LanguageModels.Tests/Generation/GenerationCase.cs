using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A case of a generate.json of reference/models: prompts, and what transformers generates from them greedily.</summary>
internal sealed record GenerationCase(int[][] Prompts, int[][] NewTokens, int[] EndIds, int MaxNewTokens)
{
    private const string File = "generate.json";

    /// <summary>
    /// All models and their cases, found by listing; one that will be skipped where there are none. Left out is what a cache gives that keeps keys of
    /// outdated rotations, which the reference has for information.
    /// </summary>
    internal static IEnumerable<(string Model, string Case)> All
    {
        get
        {
            string? folder = ReferenceData.Reference is { } reference ? Path.Combine(reference, "models") : null;
            if (!Directory.Exists(folder)) return [("llama-default", "single")];
            return Directory.GetDirectories(folder)
                .Where(at => System.IO.File.Exists(Path.Combine(at, File)))
                .SelectMany(at => Cases(at).Where(found => !IsOutdated(found)).Select(found => (Path.GetFileName(at), found.GetProperty("name").GetString()!)))
                .Order();
        }
    }

    internal static GenerationCase Load(string model, string name)
    {
        string folder = ReferenceData.Require(ReferenceData.Reference, "models", model);
        JsonElement found = Cases(folder).Single(item => item.GetProperty("name").GetString() == name);
        int[][] mask = Rows(found.GetProperty("attention_mask"));
        int[][] prompts = [.. Rows(found.GetProperty("input_ids")).Select((row, i) => row.Where((_, token) => mask[i][token] == 1).ToArray())];
        int[] ends = found.TryGetProperty("eos_token_ids", out JsonElement ids) ? Row(ids) : [];
        return new(prompts, Rows(found.GetProperty("new_tokens")), ends, Read(folder).GetProperty("max_new_tokens").GetInt32());
    }

    internal static int[] Row(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];

    private static int[][] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(Row)];

    private static bool IsOutdated(JsonElement found) => found.TryGetProperty("same_as_recomputed", out JsonElement same) && !same.GetBoolean();

    private static IEnumerable<JsonElement> Cases(string folder) => Read(folder).GetProperty("cases").EnumerateArray();

    private static JsonElement Read(string folder) => JsonSerializer.Deserialize<JsonElement>(System.IO.File.ReadAllBytes(Path.Combine(folder, File)));
}
