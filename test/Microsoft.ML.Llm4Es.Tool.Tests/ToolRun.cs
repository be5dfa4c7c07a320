namespace Microsoft.ML.Llm4Es.Tool.Tests;

/// <summary>Runs the command line in this process, in a folder of input files of its own.</summary>
internal sealed class ToolRun : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es-tool-");

    public string Events => Path.Combine(_folder.FullName, "events.csv");

    public string Entities => Path.Combine(_folder.FullName, "entities.csv");

    public string Output => Path.Combine(_folder.FullName, "out");

    /// <summary>Writes 600 clients, of whom one in three buys more, and their events.</summary>
    public void WriteClients(Func<string, string>? changeEvents = null, Func<string, string>? changeEntities = null)
    {
        var random = new Random(1);
        string events = "client,time,shop,amount\n", entities = "client,label,class,fold\n";
        for (int client = 0; client < 600; client++)
        {
            int buys = client % 3;
            entities += $"{client},{(buys == 2 ? 1 : 0)},{(buys == 0 ? "few" : buys == 1 ? "some" : "many")},{client / 3 % 5}\n";
            for (int i = 0; i < 4 + buys; i++)
                events += FormattableString.Invariant($"{client},2024-01-{i + 1:00} 10:00:00,{(random.Next(2) == 0 ? "food" : "fuel")},{buys + random.NextDouble():F2}\n");
        }

        File.WriteAllText(Events, changeEvents?.Invoke(events) ?? events);
        File.WriteAllText(Entities, changeEntities?.Invoke(entities) ?? entities);
    }

    /// <summary>Runs <c>evaluate</c> on the clients; options given replace those of the same name, and one without a value after it removes it.</summary>
    public Task<Result> EvaluateAsync(params (string Option, string? Value)[] options) => OnClientsAsync(["evaluate"], [("--representations", "aggregates"), .. options]);

    /// <summary>Runs an ablation of a tiny model, tuned for a moment, on the clients. The blend would take most of the time.</summary>
    public Task<Result> AblateAsync(string name, params (string Option, string? Value)[] options) =>
        OnClientsAsync(["ablate", name], [("--preset", "tiny"), ("--tokens", "2000"), ("--seeds", "7"), ("--threads", "1"), ("--trainer", "lightgbm"), .. options]);

    private Task<Result> OnClientsAsync(string[] verbs, (string Option, string? Value)[] options)
    {
        var all = new Dictionary<string, string?>
        {
            ["--events"] = Events,
            ["--entities"] = Entities,
            ["--key"] = "client",
            ["--time"] = "time",
            ["--label"] = "label",
            ["--fold"] = "fold",
            ["--output"] = Output,
        };
        foreach ((string option, string? value) in options) all[option] = value;
        return RunAsync([.. verbs, .. all.Where(pair => pair.Value is not null).SelectMany(pair => pair.Value!.Length == 0 ? [pair.Key] : new[] { pair.Key, pair.Value })]);
    }

    public static async Task<Result> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await CommandLine.RunAsync(args, output, error);
        return new Result(exitCode, output.ToString(), error.ToString());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>How a run ended.</summary>
    internal sealed record Result(int ExitCode, string Output, string Error);
}
