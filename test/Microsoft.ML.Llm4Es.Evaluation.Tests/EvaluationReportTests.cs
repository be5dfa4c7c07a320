using System.Text.Json;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class EvaluationReportTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es-report-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    [Trait("Category", "Reference")]
    public void MeanAndStd_EqualTheReference()
    {
        foreach (JsonElement reference in EvaluationCases.With("folds"))
        {
            JsonElement folds = reference.GetProperty("folds");

            RepresentationResult result = Result("llm4es", [.. folds.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())]);

            Assert.Equal(folds.GetProperty("mean").GetDouble(), result.Mean, 1e-12);
            Assert.Equal(folds.GetProperty("std_population").GetDouble(), result.Std, 1e-12);
        }
    }

    [Fact]
    public void Save_WritesTheDocumentedJson()
    {
        using JsonDocument json = JsonDocument.Parse(Saved("metrics.json", Report()));

        JsonElement first = json.RootElement.GetProperty("representations")[0];
        Assert.Equal(("churned", "AUC", 10, 200), (
            json.RootElement.GetProperty("label").GetString(), json.RootElement.GetProperty("metric").GetString(),
            json.RootElement.GetProperty("entities").GetInt32(), json.RootElement.GetProperty("events").GetInt32()));
        Assert.Equal(["name", "mean", "std", "folds", "seconds", "interval", "metrics", "peakBytes", "calibration", "breakdown", "training"], first.EnumerateObject().Select(property => property.Name));
        Assert.Equal("""{"fit":1,"embed":2,"classify":3}""", JsonSerializer.Serialize(first.GetProperty("seconds")));
        Assert.Equal(0.5, first.GetProperty("interval").GetProperty("low").GetDouble());
        Assert.Equal("onAllEntities", json.RootElement.GetProperty("protocol").GetProperty("fitting").GetString());
        Assert.Equal("aggregates", json.RootElement.GetProperty("differences")[0].GetProperty("second").GetString());
        Assert.Equal("a | leak", json.RootElement.GetProperty("warnings")[0].GetString());
    }

    [Fact]
    public void Save_WritesARowForEachFigureAsCsv() =>
        Assert.Equal(
            """
            representation,metric,fold,value
            llm4es,AUC,0,0.5
            llm4es,AUC,1,0.75
            llm4es,AUC mean,,0.625
            llm4es,AUC std,,0.125
            llm4es,log-loss,0,0.25
            llm4es,log-loss,1,0.75
            llm4es,log-loss mean,,0.5
            llm4es,log-loss std,,0.25
            llm4es,AUC low,,0.5
            llm4es,AUC high,,0.75
            llm4es,seconds fit,,1
            llm4es,seconds embed,,2
            llm4es,seconds classify,,3
            llm4es,peak bytes fit,,1000000000
            llm4es,peak bytes embed,,3000000000
            llm4es,peak bytes classify,,2000000000
            llm4es,"AUC where region is a, b",,0.75
            llm4es,"AUC where region is a, b low",,0.5
            llm4es,"AUC where region is a, b high",,1
            llm4es,"entities where region is a, b",,40

            """.ReplaceLineEndings("\n"),
            Saved("metrics.csv", new EvaluationReport("churned", "AUC", 10, 200, [Result("llm4es", [0.5, 0.75]) with
            {
                Metrics = [new MetricResult("AUC", [0.5, 0.75]), new MetricResult("log-loss", [0.25, 0.75])],
                Breakdown = [new MetricSlice("region", "a, b", 40, 0.75) { Interval = new BootstrapInterval(0.5, 1) }],
            }])));

    [Fact]
    public void Save_WritesTablesAsMarkdown()
    {
        string text = Saved("report.md", Report());

        Assert.Contains("| llm4es | 0.6000 ± 0.1000 | 0.5000 to 0.7000 | 1.0 | 2.0 | 3.0 | 3.00 |", text, StringComparison.Ordinal);
        Assert.Contains("| AUC on each test fold | 1 | 2 |\n| --- | --- | --- |\n| llm4es | 0.5000 | 0.7000 |\n", text, StringComparison.Ordinal);
        Assert.Contains("| llm4es less aggregates | 0.0000 |", text, StringComparison.Ordinal);
        Assert.Contains("> **Warning:** a \\| leak", text, StringComparison.Ordinal);
        Assert.Contains("fitted once on all entities", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_InAnUnknownFormatSaysWhichThereAre() =>
        Assert.Contains(".json, .csv, .md or .html", Assert.Throws<ArgumentException>(() => Report().Save(Path.Combine(_folder.FullName, "report.pdf"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Save_ReplacesAFileAndLeavesNothingElse()
    {
        string path = Path.Combine(_folder.FullName, "metrics.json");
        File.WriteAllText(path, "old");

        Report().Save(path);

        Assert.Equal([path], Directory.GetFiles(_folder.FullName));
        Assert.Contains("churned", File.ReadAllText(path), StringComparison.Ordinal);
    }

    private static EvaluationReport Report()
    {
        RepresentationResult[] results = [Result("llm4es", [0.5, 0.7]), Result("aggregates", [0.6, 0.6])];
        return new EvaluationReport("churned", "AUC", 10, 200, results)
        {
            Differences = [RepresentationDifference.Compute(results[0], results[1], 0.5)],
            Protocol = new EvaluationProtocol("2 folds, given by the column fold", RepresentationFitting.OnAllEntities, "LightGBM", 42, 1000),
            Warnings = ["a | leak"],
        };
    }

    private static RepresentationResult Result(string name, double[] folds) =>
        new(name, folds, new StageSeconds(1, 2, 3)) { Metrics = [new MetricResult("AUC", folds)], PeakBytes = new StageMemory(1_000_000_000, 3_000_000_000, 2_000_000_000), Interval = new BootstrapInterval(folds.Min(), folds.Max()) };

    private string Saved(string name, EvaluationReport report)
    {
        string path = Path.Combine(_folder.FullName, "new", name);
        report.Save(path);
        return File.ReadAllText(path);
    }
}
