using System.Text.Json;

namespace Microsoft.ML.Llm4Es.Tool.Tests;

public sealed class EvaluateTests
{
    [Fact]
    public async Task Evaluate_WritesMetricsOfEveryFold()
    {
        using var files = new EventFiles();

        (int exitCode, string output, string error) = await files.Evaluate("--representations", "llm4es,aggregates,llm4es+aggregates", "--preset", "tiny");

        Assert.True(exitCode == 0, error);
        Assert.Contains("aggregates", output, StringComparison.Ordinal);
        using JsonDocument metrics = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(files.Output, "metrics.json"), TestContext.Current.CancellationToken));
        Assert.Equal("good", metrics.RootElement.GetProperty("label").GetString());
        Assert.Equal("AUC", metrics.RootElement.GetProperty("metric").GetString());
        Assert.Equal(150, metrics.RootElement.GetProperty("entities").GetInt32());
        Assert.Equal(1200, metrics.RootElement.GetProperty("events").GetInt32());
        JsonElement[] representations = [.. metrics.RootElement.GetProperty("representations").EnumerateArray()];
        Assert.Equal(["llm4es", "aggregates", "llm4es+aggregates"], representations.Select(r => r.GetProperty("name").GetString()));
        Assert.All(representations, r => Assert.Equal(5, r.GetProperty("folds").GetArrayLength()));
        Assert.InRange(representations[1].GetProperty("mean").GetDouble(), 0.6, 1);
    }

    [Fact]
    public async Task Evaluate_OfTheSameFilesTwice_GivesTheSameFigures()
    {
        using var files = new EventFiles();

        await files.Evaluate();
        string first = await Folds(files);
        await files.Evaluate();

        Assert.Equal(first, await Folds(files));

        static async Task<string> Folds(EventFiles files)
        {
            using JsonDocument metrics = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(files.Output, "metrics.json"), TestContext.Current.CancellationToken));
            return metrics.RootElement.GetProperty("representations")[0].GetProperty("folds").GetRawText();
        }
    }

    [Fact]
    public async Task Evaluate_WithoutRequiredOptions_IsBadUsage()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        Assert.Equal(CommandLine.BadUsage, await CommandLine.RunAsync(["evaluate", "--key", "client"], output, error));
        Assert.Contains("--events", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_ShowsAnExample()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        Assert.Equal(CommandLine.Done, await CommandLine.RunAsync(["evaluate", "--help"], output, error));
        Assert.Contains("llm4es evaluate --events", output.ToString(), StringComparison.Ordinal);
    }
}
