using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class AblationReportTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es-ablation-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Result_TellsFoldsFromSeeds()
    {
        var result = new AblationResult("a", [[0.5, 0.7], [0.7, 0.9]], new StageSeconds(1, 2, 3));

        Assert.Equal(0.7, result.Mean, 1e-12);
        Assert.Equal([0.6, 0.8], result.Folds.Select(fold => Math.Round(fold, 12)));
        Assert.Equal(0.1, result.FoldStd, 1e-12);
        // Means of 0.6 and 0.8, as a sample of two.
        Assert.Equal(Math.Sqrt(0.02), result.SeedStd!.Value, 1e-12);
        Assert.Null(new AblationResult("a", [[0.5, 0.7]], new StageSeconds(1, 2, 3)).SeedStd);
    }

    [Fact]
    public void Save_WritesJsonThatReadsBack()
    {
        using JsonDocument json = JsonDocument.Parse(Saved("ablation.json"));

        JsonElement[] variants = [.. json.RootElement.GetProperty("variants").EnumerateArray()];
        Assert.Equal(["recipe", "0.1, a|b"], variants.Select(variant => variant.GetProperty("name").GetString()));
        Assert.False(variants[0].TryGetProperty("difference", out _));
        Assert.Equal(0.1, variants[1].GetProperty("position").GetDouble());
        Assert.Equal(0.9, variants[1].GetProperty("seeds")[1][1].GetDouble());
    }

    [Fact]
    public void Save_WritesARowForEachSeedAndFoldAsCsv() =>
        Assert.StartsWith("variant,seed,fold,value\nrecipe,7,0,0.5\nrecipe,7,1,0.6\nrecipe,8,0,0.5\nrecipe,8,1,0.6\n\"0.1, a|b\",7,0,0.5\n", Saved("ablation.csv"), StringComparison.Ordinal);

    [Fact]
    public void Save_WritesATableAsMarkdown()
    {
        string text = Saved("ablation.md");

        Assert.Contains("# test: AUC of 'churned', 10 entities, 200 events", text, StringComparison.Ordinal);
        Assert.Contains("| variant | AUC, mean ± sd over folds | sd over seeds | less recipe |", text, StringComparison.Ordinal);
        Assert.Contains("| 0.1, a\\|b | 0.7000 ± 0.1000 | 0.1414 | 0.1500 | 0.0500 to 0.2500 | 0.0400 |", text, StringComparison.Ordinal);
        Assert.Contains("> **Warning:** a leak", text, StringComparison.Ordinal);
        Assert.Contains("- 2 texts.", text, StringComparison.Ordinal);
        Assert.Contains("for each of the seeds 7, 8", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_WritesAPageThatNeedsNothingElse()
    {
        string page = Saved("ablation.html");

        XElement[] charts = [.. XElement.Parse(page[page.IndexOf("<main>", StringComparison.Ordinal)..page.IndexOf("</body>", StringComparison.Ordinal)]).Descendants("svg")];
        Assert.Equal(["AUC by share", "AUC on test folds", "Differences to recipe"], charts.Select(chart => chart.Element("title")!.Value));
        Assert.All(charts, chart => Assert.NotEmpty(chart.Element("desc")!.Value));
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ablation.md")]
    [InlineData("ablation.html")]
    public void Save_SaysWhatWasRun(string name)
    {
        string report = Regex.Replace(Saved(name), "<[^>]*>", "");

        Assert.Contains("2026-01-02 03:04 UTC", report, StringComparison.Ordinal);
        Assert.Contains("llm4es ablate test", report, StringComparison.Ordinal);
        Assert.Contains("c0ffee", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_WithoutPositionsDrawsNoLines()
    {
        AblationReport report = Report();
        report = report with { Variants = [report.Variants[0]] };
        report.Save(Path.Combine(_folder.FullName, "ablation.html"));

        Assert.DoesNotContain("AUC by share", File.ReadAllText(Path.Combine(_folder.FullName, "ablation.html")), StringComparison.Ordinal);
    }

    private static AblationReport Report() => new("test", "churned", "AUC", 10, 200, [7, 8],
    [
        new AblationResult("recipe", [[0.5, 0.6], [0.5, 0.6]], new StageSeconds(1, 2, 3)),
        new AblationResult("0.1, a|b", [[0.5, 0.7], [0.7, 0.9]], new StageSeconds(1, 2, 3))
        {
            Line = "a",
            Position = 0.1,
            Difference = new RepresentationDifference("0.1, a|b", "recipe", 0.15, 0.05, 0.25, 2, 0.04),
        },
    ])
    {
        PositionName = "share",
        Notes = ["2 texts."],
        Warnings = ["a leak"],
        Command = "llm4es ablate test",
        Started = new DateTimeOffset(2026, 1, 2, 3, 4, 0, TimeSpan.Zero),
        DataFingerprint = "c0ffee",
        Protocol = new EvaluationProtocol("2 folds", RepresentationFitting.OnAllEntities, "LightGBM", 42, 0),
    };

    private string Saved(string name)
    {
        string path = Path.Combine(_folder.FullName, name);
        Report().Save(path);
        return File.ReadAllText(path);
    }
}
