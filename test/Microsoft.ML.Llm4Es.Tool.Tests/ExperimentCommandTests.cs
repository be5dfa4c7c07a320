using System.Diagnostics;
using System.Text.Json;

namespace Microsoft.ML.Llm4Es.Tool.Tests;

public sealed class ExperimentCommandTests : IDisposable
{
    private const string Space =
        """{ "models": ["scratch:tiny"], "maxTokens": [5000], "learningRates": [0.001, 0.003], "poolings": [{ "parts": ["0"] }, { "parts": ["last"] }], "classifiers": [{ "trees": 20 }] }""";

    private readonly ToolRun _tool = new();

    private string LogPath => Path.Combine(_tool.Output, "trials.jsonl");

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task Experiment_WritesTrialsTheBestAndAModel()
    {
        ToolRun.Result result = await ToolRun.RunAsync(Arguments(trials: 3));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal([0, 1, 2], Trials());
        using JsonDocument best = JsonDocument.Parse(File.ReadAllText(Path.Combine(_tool.Output, "best.json")));
        Assert.Equal("AUC", best.RootElement.GetProperty("metric").GetString());
        Assert.InRange(best.RootElement.GetProperty("heldOut").GetProperty("score").GetDouble(), 0.7, 1);
        Assert.Contains("(3 of 3 done, the best so far", result.Output, StringComparison.Ordinal);
        Assert.Contains("AUC on the folds of the choice, 3 trials", result.Output, StringComparison.Ordinal);
        Assert.Contains("on the held-out fold 4, 120 entities: AUC ", result.Output, StringComparison.Ordinal);

        var ml = new MLContext();
        using var model = (IDisposable)ml.Model.Load(Path.Combine(_tool.Output, "model.zip"), out DataViewSchema schema);
        Assert.Equal(["client", "time", "shop", "amount"], schema.Select(column => column.Name));
    }

    [Fact]
    public async Task Experiment_AgainGoesOn()
    {
        await ToolRun.RunAsync(Arguments(trials: 1));
        string first = File.ReadAllText(LogPath);

        ToolRun.Result result = await ToolRun.RunAsync(Arguments(trials: 2));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.StartsWith(first, File.ReadAllText(LogPath), StringComparison.Ordinal);
        Assert.Equal([0, 1], Trials());
        Assert.DoesNotContain("(1 of 2 done", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Experiment_ThatIsKilledGoesOnAndEndsTheSame()
    {
        Kill(Arguments(trials: 4), whenTrialsAre: 2);
        string before = File.ReadAllText(LogPath);
        Assert.False(File.Exists(Path.Combine(_tool.Output, "model.zip")));

        ToolRun.Result resumed = await ToolRun.RunAsync(Arguments(trials: 4));

        Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error));
        Assert.Equal([0, 1, 2, 3], Trials());
        Assert.StartsWith(before[..(before.LastIndexOf('\n') + 1)], File.ReadAllText(LogPath), StringComparison.Ordinal);
        string[] scores = Scores();
        Directory.Delete(_tool.Output, recursive: true);
        await ToolRun.RunAsync(Arguments(trials: 4));
        Assert.Equal(scores, Scores());
    }

    [Fact]
    public async Task Experiment_OfAnotherSpaceInTheFolderSaysWhatDiffers()
    {
        await ToolRun.RunAsync(Arguments(trials: 1));

        ToolRun.Result result = await ToolRun.RunAsync(Arguments(trials: 1, Space.Replace("0.003", "0.004", StringComparison.Ordinal)));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is of another experiment: space.learningRates[1] was 0.003 and is 0.004.", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData(1, "space.json is not a search space: ", "--space")]
    [InlineData(2, "There is no strategy 'grid'; there are random and halving.", "--strategy", "grid")]
    [InlineData(2, "--trials is 0; a number above 0 is expected.", "--trials", "0")]
    [InlineData(2, "--minutes is -1; a number above 0 is expected.", "--minutes", "-1")]
    public async Task Experiment_OfAWrongOptionSaysSo(int exitCode, string expected, string option, string? value = null)
    {
        string[] arguments = value is null ? Arguments(trials: 1, """{ "epoch": [1] }""") : [.. Arguments(trials: null), option, value];

        ToolRun.Result result = await ToolRun.RunAsync(arguments);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_tool.Output));
    }

    private string[] Arguments(int? trials, string space = Space)
    {
        _tool.WriteClients();
        string path = Path.Combine(Path.GetDirectoryName(_tool.Events)!, "space.json");
        File.WriteAllText(path, space);
        string[] arguments =
        [
            "experiment", "--events", _tool.Events, "--entities", _tool.Entities, "--key", "client", "--time", "time", "--label", "label", "--fold", "fold", "--threads", "1",
            "--space", path, "--output", _tool.Output,
        ];
        return trials is null ? arguments : [.. arguments, "--trials", $"{trials}"];
    }

    /// <summary>Runs the tool in a process of its own, and kills it as kill -9 does.</summary>
    private static void Kill(string[] arguments, int whenTrialsAre)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "llm4es.dll"), .. arguments]) { RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using Process process = Process.Start(start)!;
        int finished = 0;
        while (finished < whenTrialsAre && process.StandardOutput.ReadLine() is { } line)
            if (line.StartsWith("trial ", StringComparison.Ordinal) && line.Contains(" done, ", StringComparison.Ordinal)) finished++;
        process.Kill();
        process.WaitForExit();
        Assert.Equal(whenTrialsAre, finished);
    }

    private IEnumerable<int> Trials() => File.ReadLines(LogPath).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("trial").GetInt32());

    private string[] Scores() => [.. File.ReadLines(LogPath).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("metrics").GetRawText())];
}
