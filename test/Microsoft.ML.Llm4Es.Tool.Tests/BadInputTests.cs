namespace Microsoft.ML.Llm4Es.Tool.Tests;

/// <summary>Each bad input is one clear line on the error stream, exit code 1, and no output.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("--key", "customer", "'customer' (--key)", "It has: client")]
    [InlineData("--label", "bad", "'bad' (--label)", "It has: client, good, fold")]
    [InlineData("--time", "date", "'date' (--time)", "It has: client, time, shop, amount")]
    [InlineData("--fold", "part", "'part' (--fold)", "It has: client, good, fold")]
    [InlineData("--fields", "price", "'price' (--fields)", "It has: client, time, shop, amount")]
    public Task MissingColumn(string option, string column, params string[] words) => Fails(_ => { }, words, option, column);

    [Fact]
    public Task EmptyFile() => Fails(files => File.WriteAllText(files.Events, ""), ["events.csv", "empty"]);

    [Fact]
    public Task HeaderWithoutRows() => Fails(files => EventFiles.Edit(files.Events, lines => lines.Take(1)), ["events.csv"]);

    [Fact]
    public Task MissingFile() => Fails(files => File.Delete(files.Entities), ["clients.csv", "not"]);

    [Fact]
    public Task TimeThatDoesNotParse() =>
        Fails(files => EventFiles.Edit(files.Events, lines => lines.Select((line, i) => i == 5 ? line.Replace("2024-01-05 10:00:00", "last Tuesday", StringComparison.Ordinal) : line)), ["last Tuesday", "Row 5"]);

    [Fact]
    public Task LabelWithOneClass() =>
        Fails(files => EventFiles.Edit(files.Entities, lines => lines.Select((line, i) => i == 0 ? line : string.Join(',', line.Split(',')[0], "1", line.Split(',')[2]))), ["good", "one"]);

    [Fact]
    public Task LabelThatIsMissing() =>
        Fails(files => EventFiles.Edit(files.Entities, lines => lines.Select((line, i) => i == 3 ? "2,,1" : line)), ["good"]);

    [Fact]
    public Task EntityWithoutEvents() => Fails(files => EventFiles.Edit(files.Entities, lines => [.. lines, "999,1,0"]), ["999", "--skip-entities-without-events"]);

    [Fact]
    public Task EntityTwice() => Fails(files => EventFiles.Edit(files.Entities, lines => [.. lines, "7,1,0"]), ["7", "twice"]);

    [Fact]
    public Task FoldWithoutPositives() =>
        Fails(files => EventFiles.Edit(files.Entities, lines => lines.Select(line => line.EndsWith(",1,3", StringComparison.Ordinal) ? line[..^3] + "1,2" : line)), ["fold", "3"]);

    [Fact]
    public async Task EntityWithoutEvents_MayBeSkipped()
    {
        using var files = new EventFiles();
        EventFiles.Edit(files.Entities, lines => [.. lines, "999,1,0"]);

        (int exitCode, string output, string error) = await files.Evaluate("--skip-entities-without-events");

        Assert.True(exitCode == 0, error);
        Assert.Contains("999", output, StringComparison.Ordinal);
    }

    private static async Task Fails(Action<EventFiles> spoil, string[] words, params string[] more)
    {
        using var files = new EventFiles();
        spoil(files);

        (int exitCode, _, string error) = await files.Evaluate(more);

        Assert.Equal(CommandLine.Failed, exitCode);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(words, word => Assert.Contains(word, error, StringComparison.Ordinal));
        Assert.False(Directory.Exists(files.Output));
    }
}
