using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests.Enrichment;

namespace Microsoft.ML.Llm4Es.Tool.Tests;

public sealed class AblateCommandTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public AblateCommandTests() => _tool.WriteClients();

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData("enrichment", "none", "reformat")]
    [InlineData("tuning", "none", "last:1", "lora", "full")]
    [InlineData("format", "recipe", "days", "date", "no-header", "paper")]
    [InlineData("data", "1", "0.5", "0.25", "0.1")]
    [InlineData("labels", "llm4es, 1", "llm4es, 0.5", "llm4es, 0.2", "llm4es, 0.1", "llm4es, 0.05", "aggregates, 1", "aggregates, 0.5", "aggregates, 0.2", "aggregates, 0.1", "aggregates, 0.05")]
    public async Task Ablate_ComparesItsStandardVariants(string name, params string[] expected)
    {
        ToolRun.Result result = await _tool.AblateAsync(name);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(["ablation.csv", "ablation.html", "ablation.json", "ablation.md"], Directory.GetFiles(_tool.Output).Select(Path.GetFileName).Order());
        Assert.Equal(expected, Variants().Select(variant => variant.GetProperty("name").GetString()));
        Assert.Contains($"{name}: AUC of 'label', 600 entities, 3,000 events", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ablate_PoolingTunesOneModelForAllLayersAndWays()
    {
        ToolRun.Result result = await _tool.AblateAsync("pooling", ("--variants", "mean,last"), ("--layers", "0,1-2,upper"), ("--fields", "shop"), ("--trainer", "blend"));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(["recipe", "mean, 0", "mean, 1-2", "mean, upper", "last, 0", "last, 1-2", "last, upper"], Variants().Select(variant => variant.GetProperty("name").GetString()));
        // Of two layers the upper two thirds are both.
        Assert.Equal(Folds("mean, upper"), Folds("mean, 1-2"));
        // The last token is one of two shops, which say nothing of the label, until layers tell it of the others.
        Assert.InRange(Variants().Single(variant => variant.GetProperty("name").GetString() == "last, 0").GetProperty("mean").GetDouble(), 0.4, 0.6);
        Assert.NotEqual(Folds("last, 0"), Folds("last, 1-2"));
        Assert.Equal(1, result.Output.Split("tuning (full)").Length - 1);
    }

    [Fact]
    public async Task Ablate_SizeComparesModelsOfAnySource()
    {
        ToolRun.Result result = await _tool.AblateAsync("size", ("--variants", "tiny,small"), ("--fields", "shop"), ("--trainer", "blend"));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(["tiny", "small"], Variants().Select(variant => variant.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Ablate_TransferTunesOnOtherEvents()
    {
        ToolRun.Result result = await _tool.AblateAsync("transfer", ("--other", $"{_tool.Events},client,time"));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        // The other events are the same ones here.
        Assert.Equal(Folds("own"), Folds("other"));
        Assert.Contains("Other texts: 600, of", File.ReadAllText(Path.Combine(_tool.Output, "ablation.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ablate_EnrichmentAsksAServiceOnceForAllSeeds()
    {
        await using var server = new ChatServer(request => ChatServer.Reply.Of(request.Message("user").Split("\n\n")[^1]));

        ToolRun.Result result = await _tool.AblateAsync(
            "enrichment", ("--seeds", "7,8"), ("--enricher-model", "m"), ("--endpoint", server.Address.ToString()), ("--per-text", "1"), ("--max-requests", "20"));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(20, server.Requests.Count);
        Assert.Equal(["none", "reformat", "llm"], Variants().Select(variant => variant.GetProperty("name").GetString()));
        Assert.Contains("has 20 variants of 20 of the 600 texts; 600 were asked for.", File.ReadAllText(Path.Combine(_tool.Output, "ablation.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ablate_EnrichmentTakesWhatEnrichWrote()
    {
        string file = Path.Combine(_tool.Output, "written.jsonl");
        await ToolRun.RunAsync("enrich", "--events", _tool.Events, "--key", "client", "--time", "time", "--variants", "1", "--output", file);

        const string Invention = """{"id":"1","variant":0,"text":"He bought a car for 98765 in 1987."}""";
        File.AppendAllText(file, $"{Invention}\n");

        ToolRun.Result result = await _tool.AblateAsync("enrichment", ("--variants", "reformat:json,file"), ("--enriched", file));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(["reformat:json", "file"], Variants().Select(variant => variant.GetProperty("name").GetString()));
        Assert.Contains("has 600 variants of 600 of the 600 texts; 601 were asked for. Left out: 1 with a faithfulness below 0.95", File.ReadAllText(Path.Combine(_tool.Output, "ablation.md")), StringComparison.Ordinal);

        File.WriteAllText(file, Invention);
        Assert.Contains("has no variant to tune on. Left out: 1 with", (await _tool.AblateAsync("enrichment", ("--enriched", file))).Error, StringComparison.Ordinal);

        File.WriteAllText(file, """{"id":"nobody","variant":0,"text":"x"}""");
        Assert.Contains("not one text of the 600 entities", (await _tool.AblateAsync("enrichment", ("--enriched", file))).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tuning", "There is no tuning 'some'", "--variants", "some")]
    [InlineData("labels", "The variant '2' is no share", "--variants", "2")]
    [InlineData("data", "The variant '0.5' is named twice", "--variants", "0.5,0.5")]
    [InlineData("format", "There is no variant 'xls'; there are recipe, gap,", "--variants", "xls")]
    [InlineData("pooling", "There are no layers '3-1'", "--layers", "3-1")]
    [InlineData("transfer", "--other is 'events.csv'; a file, its key column", "--other", "events.csv")]
    [InlineData("enrichment", "The variant llm needs --enricher-model.", "--variants", "none,llm")]
    [InlineData("size", "There is no preset 'huge'", "--variants", "scratch:huge")]
    [InlineData("tuning", "--seeds is '1,1'; each seed is expected once. See llm4es ablate tuning --help.", "--seeds", "1,1")]
    [InlineData("tuning", "--tokens is at least 1", "--tokens", "0")]
    public async Task Ablate_OfAWrongOption_IsBadUsage(string name, string expected, string option, string value)
    {
        ToolRun.Result result = await _tool.AblateAsync(name, (option, value));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    private JsonElement[] Variants() => [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(_tool.Output, "ablation.json"))).RootElement.GetProperty("variants").EnumerateArray()];

    private string Folds(string variant) => Variants().Single(other => other.GetProperty("name").GetString() == variant).GetProperty("seeds").ToString();
}
