using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class EvaluationReportTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es-report-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    [Trait("Category", "Reference")]
    public void MeanAndStd_EqualTheReference()
    {
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllText(ReferenceData.Require(ReferenceData.Reference, "eval", "metrics.json")));
        JsonElement folds = reference.RootElement.GetProperty("folds");

        RepresentationResult result = Result([.. folds.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())]);

        Assert.Equal(folds.GetProperty("mean").GetDouble(), result.Mean, 1e-15);
        Assert.Equal(folds.GetProperty("std_population").GetDouble(), result.Std, 1e-15);
    }

    [Fact]
    public void Save_WritesTheDocumentedFormat()
    {
        string path = Path.Combine(_folder.FullName, "new", "metrics.json");

        new EvaluationReport("churned", "AUC", 10, 200, [Result([0.5, 0.7])]).Save(path);

        Assert.Equal(
            """{"label":"churned","metric":"AUC","entities":10,"events":200,"representations":[{"name":"llm4es","mean":0.6,"std":0.1,"folds":[0.5,0.7],"seconds":{"fit":1,"embed":2,"classify":3}}]}""",
            Compact(File.ReadAllText(path)).Replace("0.09999999999999998", "0.1", StringComparison.Ordinal));
    }

    [Fact]
    public void Save_ReplacesAFileAndLeavesNothingElse()
    {
        string path = Path.Combine(_folder.FullName, "metrics.json");
        File.WriteAllText(path, "old");

        new EvaluationReport("churned", "AUC", 10, 200, []).Save(path);

        Assert.Equal([path], Directory.GetFiles(_folder.FullName));
        Assert.Contains("churned", File.ReadAllText(path), StringComparison.Ordinal);
    }

    private static RepresentationResult Result(double[] folds) => new("llm4es", folds, new StageSeconds(1, 2, 3));

    private static string Compact(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);
}
