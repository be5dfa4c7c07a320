using System.Globalization;

namespace Microsoft.ML.Llm4Es.Tool.Tests;

/// <summary>A folder with the two files of an evaluation: events in which a good client shops for more, and clients with label and fold.</summary>
internal sealed class EventFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es");

    public EventFiles(int clients = 150)
    {
        var random = new Random(1);
        var events = new List<string> { "client,time,shop,amount" };
        var entities = new List<string> { "client,good,fold" };
        for (int client = 0; client < clients; client++)
        {
            bool good = client % 2 == 0;
            entities.Add($"{client},{(good ? 1 : 0)},{client / 2 % 5}");
            for (int i = 0; i < 8; i++)
            {
                string amount = (random.NextDouble() * 10 + (good ? 2 : 0)).ToString("F2", CultureInfo.InvariantCulture);
                events.Add($"{client},2024-01-{i + 1:00} 10:00:00,{(random.Next(2) == 0 ? "bakery" : "cinema")},{amount}");
            }
        }

        File.WriteAllLines(Events, events);
        File.WriteAllLines(Entities, entities);
    }

    public string Events => Path.Combine(_folder.FullName, "events.csv");

    public string Entities => Path.Combine(_folder.FullName, "clients.csv");

    public string Output => Path.Combine(_folder.FullName, "out");

    /// <summary>Changes the lines of a file.</summary>
    public static void Edit(string file, Func<string[], IEnumerable<string>> change) => File.WriteAllLines(file, [.. change(File.ReadAllLines(file))]);

    /// <summary>Runs <c>llm4es evaluate</c> on the files.</summary>
    public async Task<(int ExitCode, string Output, string Error)> Evaluate(params string[] more)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] defaults = ["--key", "client", "--label", "good", "--time", "time", "--fold", "fold", "--representations", "aggregates"];
        string[] arguments =
        [
            "evaluate", "--events", Events, "--entities", Entities, "--output", Output,
            .. defaults.Chunk(2).Where(option => !more.Contains(option[0])).SelectMany(option => option),
            .. more,
        ];
        int exitCode = await CommandLine.RunAsync(arguments, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
