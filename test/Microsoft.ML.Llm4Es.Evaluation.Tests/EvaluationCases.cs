using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

/// <summary>The files of reference/eval: what scikit-learn makes of labels, predictions and vectors.</summary>
internal static class EvaluationCases
{
    /// <summary>The contents of the files that have a property, found by listing; skips the running test where the folder is absent.</summary>
    internal static JsonElement[] With(string property)
    {
        string folder = ReferenceData.Require(ReferenceData.Reference, "eval");
        JsonElement[] found =
        [
            .. Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal)
                .Select(path => JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(path)))
                .Where(content => content.TryGetProperty(property, out _)),
        ];
        Assert.NotEmpty(found);
        return found;
    }
}
