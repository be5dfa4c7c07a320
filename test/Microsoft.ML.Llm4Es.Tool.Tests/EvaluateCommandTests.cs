using System.Text.Json;

namespace Microsoft.ML.Llm4Es.Tool.Tests;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task Evaluate_WritesMetricsAndATable()
    {
        _tool.WriteClients();

        ToolRun.Result result = await _tool.EvaluateAsync();

        Assert.Equal("", result.Error);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["metrics.csv", "metrics.json", "report.html", "report.md"], Directory.GetFiles(_tool.Output).Select(Path.GetFileName).Order());
        JsonElement report = Metrics();
        Assert.Equal(("label", "AUC", 600, 3000),
            (report.GetProperty("label").GetString(), report.GetProperty("metric").GetString(), report.GetProperty("entities").GetInt32(), report.GetProperty("events").GetInt32()));
        JsonElement aggregates = report.GetProperty("representations")[0];
        Assert.Equal("aggregates", aggregates.GetProperty("name").GetString());
        Assert.Equal(5, aggregates.GetProperty("folds").GetArrayLength());
        Assert.InRange(aggregates.GetProperty("mean").GetDouble(), 0.95, 1);
        Assert.Contains("3,000 events of 600 entities", result.Output, StringComparison.Ordinal);
        Assert.Contains("aggregates: 5 of 5 folds classified", result.Output, StringComparison.Ordinal);
        Assert.Contains("AUC of 'label', 600 entities, 3,000 events", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_ComparesTheLanguageModelAndBothTogether()
    {
        _tool.WriteClients();

        ToolRun.Result result = await _tool.EvaluateAsync(("--representations", "llm4es,aggregates,llm4es+aggregates"), ("--preset", "tiny"), ("--fields", "shop,amount"));

        Assert.Equal("", result.Error);
        Assert.Equal(["llm4es", "aggregates", "llm4es+aggregates"], Metrics().GetProperty("representations").EnumerateArray().Select(r => r.GetProperty("name").GetString()));
        Assert.Contains("llm4es: step", result.Output, StringComparison.Ordinal);
        JsonElement curve = Metrics().GetProperty("representations")[0].GetProperty("training")[0];
        Assert.True(curve[curve.GetArrayLength() - 1].GetProperty("loss").GetDouble() < curve[0].GetProperty("loss").GetDouble());
        Assert.Equal(0, Metrics().GetProperty("representations")[1].GetProperty("training").GetArrayLength());
    }

    [Fact]
    public async Task Evaluate_ComparesThePaperAndTheUntunedControl()
    {
        _tool.WriteClients();

        ToolRun.Result result = await _tool.EvaluateAsync(("--representations", "llm4es-paper,llm4es-untuned"), ("--preset", "tiny"), ("--fields", "shop,amount"), ("--trainer", "lightgbm"));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        JsonElement[] representations = [.. Metrics().GetProperty("representations").EnumerateArray()];
        Assert.Equal(["llm4es-paper", "llm4es-untuned"], representations.Select(r => r.GetProperty("name").GetString()));
        Assert.NotEqual(0, representations[0].GetProperty("training")[0].GetArrayLength());
        Assert.Equal(0, representations[1].GetProperty("training").GetArrayLength());
    }

    [Fact]
    public async Task Evaluate_TunesAndReadsAsMuchAsItIsAllowed()
    {
        _tool.WriteClients();
        (string, string?)[] options = [("--representations", "llm4es,llm4es-untuned"), ("--preset", "tiny"), ("--fields", "shop"), ("--tuning", "lora:2"), ("--tokens", "3000"), ("--trainer", "lightgbm")];

        ToolRun.Result result = await _tool.EvaluateAsync(options);
        JsonElement[] whole = [.. Metrics().GetProperty("representations").EnumerateArray()];
        await _tool.EvaluateAsync([.. options, ("--batch-tokens", "8")]);
        JsonElement[] pieces = [.. Metrics().GetProperty("representations").EnumerateArray()];
        await _tool.EvaluateAsync([.. options, ("--recent-tokens", "8")]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("tuning (lora:2)", result.Output, StringComparison.Ordinal);
        Assert.InRange(whole[0].GetProperty("training")[0].EnumerateArray().Last().GetProperty("tokens").GetInt64(), 3000, 12000);
        Assert.NotEqual(whole[0].GetProperty("training").ToString(), pieces[0].GetProperty("training").ToString());
        Assert.Equal(whole[1].GetProperty("mean").GetDouble(), pieces[1].GetProperty("mean").GetDouble());
        Assert.NotEqual(whole[1].GetProperty("mean").GetDouble(), Metrics().GetProperty("representations")[1].GetProperty("mean").GetDouble());
    }

    [Fact]
    public async Task Evaluate_BreaksTheMetricDownAndTellsWhatWasRun()
    {
        _tool.WriteClients();

        ToolRun.Result result = await _tool.EvaluateAsync(("--label", "class"), ("--breakdown", "label"));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        IEnumerable<JsonElement> slices = Metrics().GetProperty("representations")[0].GetProperty("breakdown").EnumerateArray();
        Assert.Equal(["number of events: 4", "number of events: 5", "number of events: 6", "label: 0", "label: 1"], slices.Select(slice => $"{slice.GetProperty("field")}: {slice.GetProperty("value")}"));
        Assert.Contains("evaluate", Metrics().GetProperty("command").GetString(), StringComparison.Ordinal);
        Assert.Contains("--breakdown label", Metrics().GetProperty("command").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lightgbm", "label", "AUC", "LightGBM")]
    [InlineData("logistic", "label", "AUC", "logistic regression")]
    [InlineData("blend", "class", "accuracy", "the mean of LightGBM and, twice, logistic regression, each of the whole vector and of its parts")]
    public async Task Evaluate_PredictsByTheTrainerThatItIsTold(string trainer, string label, string metric, string name)
    {
        _tool.WriteClients();

        ToolRun.Result result = await _tool.EvaluateAsync(("--trainer", trainer), ("--label", label));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(metric, Metrics().GetProperty("metric").GetString());
        Assert.Equal(name, Metrics().GetProperty("protocol").GetProperty("trainer").GetString());
        Assert.InRange(Metrics().GetProperty("representations")[0].GetProperty("mean").GetDouble(), 0.8, 1);
    }

    [Fact]
    public async Task Evaluate_OfANumberRefusesATrainerOfClasses()
    {
        _tool.WriteClients();

        ToolRun.Result result = await _tool.EvaluateAsync(("--trainer", "blend"), ("--label-kind", "number"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The trainer Blend predicts classes, and the label is a number. Choose LightGbm", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_WithoutTimeAndFoldMakesFolds()
    {
        _tool.WriteClients();

        ToolRun.Result result = await _tool.EvaluateAsync(("--time", null), ("--fold", null), ("--fields", "amount"), ("--seed", "7"));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(5, Metrics().GetProperty("representations")[0].GetProperty("folds").GetArrayLength());
    }

    [Fact]
    public async Task Evaluate_OfThreeClassesIsAccuracy()
    {
        _tool.WriteClients();

        ToolRun.Result result = await _tool.EvaluateAsync(("--label", "class"));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("accuracy", Metrics().GetProperty("metric").GetString());
        Assert.InRange(Metrics().GetProperty("representations")[0].GetProperty("mean").GetDouble(), 0.8, 1);
    }

    [Fact]
    public async Task Evaluate_IsRepeatable()
    {
        _tool.WriteClients();

        await _tool.EvaluateAsync(("--fields", "shop"));
        string first = Metrics().GetProperty("representations")[0].GetProperty("folds").ToString();
        await _tool.EvaluateAsync(("--fields", "shop"));

        Assert.Equal(first, Metrics().GetProperty("representations")[0].GetProperty("folds").ToString());
    }

    [Fact]
    public async Task Evaluate_LeavesOutEntitiesWithoutEventsWhenAsked()
    {
        _tool.WriteClients(changeEntities: entities => entities + "900,1,many,0\n");

        ToolRun.Result result = await _tool.EvaluateAsync(("--skip-entities-without-events", ""));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("1 entities without events are left out, such as 900", result.Output, StringComparison.Ordinal);
        Assert.Equal(600, Metrics().GetProperty("entities").GetInt32());
    }

    [Fact]
    public async Task Evaluate_SaysHowManyEntitiesWithEventsAreUnknown()
    {
        _tool.WriteClients(changeEvents: events => events + "900,2024-01-01 10:00:00,food,1.00\n901,2024-01-01 10:00:00,food,1.00\n");

        ToolRun.Result result = await _tool.EvaluateAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains($"2 entities with events are not in {_tool.Entities} and are left out, such as 900", result.Output, StringComparison.Ordinal);
        Assert.Equal(3000, Metrics().GetProperty("events").GetInt32());
    }

    [Fact]
    public async Task Evaluate_DoesNotUseALabelAmongTheEvents()
    {
        _tool.WriteClients(
            events => string.Join('\n', events.Split('\n').Select((line, i) => line.Length == 0 ? "" : i == 0 ? "client,time,shop,label" : line[..line.LastIndexOf(',')] + (int.Parse(line.Split(',')[0], null) % 3 == 2 ? ",1" : ",0"))));

        ToolRun.Result result = await _tool.EvaluateAsync(("--fields", "shop"));
        double withoutLabel = Metrics().GetProperty("representations")[0].GetProperty("mean").GetDouble();
        await _tool.EvaluateAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(withoutLabel, Metrics().GetProperty("representations")[0].GetProperty("mean").GetDouble());
    }

    [Fact]
    public async Task Evaluate_WithinDaysLeavesOutEntitiesThatWereOver()
    {
        _tool.WriteClients(changeEvents: events => events + "0,2024-02-01 10:00:00,food,1.00\n0,2024-03-01 10:00:00,food,1.00\n");

        ToolRun.Result result = await _tool.EvaluateAsync(("--within", "40"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("599 entities have no event later than 40 after their first one and are left out", result.Output, StringComparison.Ordinal);
    }

    private JsonElement Metrics() => JsonDocument.Parse(File.ReadAllText(Path.Combine(_tool.Output, "metrics.json"))).RootElement;
}
