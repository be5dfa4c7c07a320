using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests.Enrichment;

namespace Microsoft.ML.Llm4Es.Tool.Tests;

public sealed class EnrichCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es-enrich-");

    public EnrichCommandTests() =>
        File.WriteAllText(Events, "client,time,shop,amount\n1,2024-01-01,Fuel,40\n2,2024-01-01,Food,18.5\n1,2024-01-03,Food,7\n3,2024-01-01,Food,18.5\n");

    private string Events => Path.Combine(_folder.FullName, "events.csv");

    private string Output => Path.Combine(_folder.FullName, "out", "enriched.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Enrich_ByReformat_WritesALineForEachEntityAndVariant()
    {
        ToolRun.Result result = await RunAsync("--variants", "4");
        string first = await File.ReadAllTextAsync(Output, TestContext.Current.CancellationToken);
        await RunAsync("--variants", "4");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        JsonElement[] lines = Lines();
        Assert.Equal(["1", "2", "3"], lines.Select(line => line.GetProperty("id").GetString()).Distinct().Order());
        Assert.Equal(12, lines.Select(line => (line.GetProperty("id").GetString(), line.GetProperty("variant").GetInt32())).Distinct().Count());
        Assert.All(lines, line => Assert.Equal((1d, 0, "kept"), (line.GetProperty("faithfulness").GetDouble(), line.GetProperty("tokens").GetInt32(), line.GetProperty("outcome").GetString())));
        Assert.Contains(lines, line => line.GetProperty("text").GetString()!.Contains("Fuel", StringComparison.Ordinal));
        Assert.Equal(first, await File.ReadAllTextAsync(Output, TestContext.Current.CancellationToken));
        Assert.Equal([Output], Directory.GetFiles(Path.GetDirectoryName(Output)!));
    }

    [Fact]
    public async Task Enrich_ByAService_GoesOnWhereItStopped()
    {
        await using var server = new ChatServer(request => ChatServer.Reply.Of(request.Message("user").Split("\n\n")[^1]));
        string[] service = ["--enricher", "openai", "--endpoint", server.Address.ToString(), "--model", "m", "--variants", "3"];

        ToolRun.Result stopped = await RunAsync([.. service, "--max-requests", "2"]);
        ToolRun.Result resumed = await RunAsync(service);

        Assert.Equal((0, 0, ""), (stopped.ExitCode, resumed.ExitCode, stopped.Error + resumed.Error));
        Assert.Contains("4 variants were not asked for, since --max-requests was reached. The same command goes on.", stopped.Output, StringComparison.Ordinal);
        // Two of the three entities have the same text.
        Assert.Equal((6, 9), (server.Requests.Count, Lines().Length));
        Assert.Contains("6 variants kept", resumed.Output, StringComparison.Ordinal);
        // Four were asked for now, at 15 tokens each; the others came from the answers that were kept.
        Assert.Equal(4 * 15, Lines().Where(line => line.GetProperty("id").GetString() != "3").Sum(line => line.GetProperty("tokens").GetInt32()));
    }

    [Fact]
    public async Task Enrich_ThatIsCancelled_KeepsTheAnswersAndSaysSo()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = new ChatServer(request =>
        {
            if (request.Message("user").Contains("Fuel", StringComparison.Ordinal)) cancellation.Cancel();
            return ChatServer.Reply.Of(request.Message("user").Split("\n\n")[^1]);
        });
        using var output = new StringWriter();
        var settings = new EnrichSettings
        {
            Events = Events,
            Key = "client",
            Time = "time",
            Enricher = EnrichSettings.OpenAI,
            Endpoint = server.Address,
            Model = "m",
            Variants = 1,
            Concurrency = 1,
            Output = Output,
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new EnrichRun(settings, output).RunAsync(cancellation.Token));

        Assert.Contains($"What was answered is kept in {settings.Answers}; the same command goes on.", output.ToString(), StringComparison.Ordinal);
        Assert.Equal([settings.Answers], Directory.GetFiles(Path.GetDirectoryName(Output)!));
    }

    [Fact]
    public async Task Enrich_WithAPrompt_AsksIt()
    {
        await using var server = new ChatServer(_ => ChatServer.Reply.Of("Food for 18.5 on 2024-01-01"));
        string prompt = Path.Combine(_folder.FullName, "prompt.txt");
        File.WriteAllText(prompt, "Tell it in a word: {text}.");
        string[] service = ["--enricher", "openai", "--endpoint", server.Address.ToString(), "--model", "m", "--variants", "1", "--max-requests", "2", "--prompt", prompt];

        ToolRun.Result result = await RunAsync(service);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Tell it in a word: time|shop|amount\n0m, Food, 18.5.", server.Requests.Select(request => request.Message("user")));

        File.WriteAllText(prompt, "Tell it in a word.");
        Assert.Contains("The prompt has no {text}", (await RunAsync([.. service, "--dry-run"])).Error, StringComparison.Ordinal);
        Assert.Contains("reformat uses no language model", (await RunAsync("--prompt", prompt)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enrich_OfADryRun_AsksNothing()
    {
        await using var server = new ChatServer(_ => ChatServer.Reply.Error(500));

        ToolRun.Result result = await RunAsync("--enricher", "openai", "--endpoint", server.Address.ToString(), "--model", "m", "--dry-run");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("3 entities, 2 distinct texts, 3 variants of each", result.Output, StringComparison.Ordinal);
        Assert.Contains("Estimate: 6 requests, about ", result.Output, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
        Assert.False(File.Exists(Output));
    }

    [Fact]
    public async Task Enrich_WhereTheServiceFails_SaysSoAndLeavesNoFile()
    {
        await using var server = new ChatServer(_ => ChatServer.Reply.Error(401));

        ToolRun.Result result = await RunAsync("--enricher", "openai", "--endpoint", server.Address.ToString(), "--model", "m");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The service answers with an error: ", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(c => c == '\n'));
        Assert.False(File.Exists(Output) || File.Exists(Output + ".partial"));
    }

    [Theory]
    [InlineData("--enricher local needs --model", "--enricher", "local")]
    [InlineData("reformat uses no language model", "--model", "m")]
    [InlineData("--variants is 0; a positive number is expected", "--variants", "0")]
    [InlineData("--min-faithfulness is 2; 0 to 1 is expected", "--min-faithfulness", "2")]
    [InlineData("File does not exist: 'no such file'", "--enricher", "openai", "--model", "m", "--prompt", "no such file")]
    [InlineData("There is no enricher 'other'; there are reformat, local, openai.", "--enricher", "other")]
    [InlineData("--endpoint is 'here'; an address such as", "--enricher", "openai", "--model", "m", "--endpoint", "here")]
    public async Task Enrich_OfAWrongOption_IsBadUsage(string expected, params string[] options)
    {
        ToolRun.Result result = await RunAsync(options);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no such folder", "There is no folder or file 'no such folder', and it is no id on the Hub either.")]
    [InlineData("llm4es/none@v1", "llm4es/none")]
    public async Task Enrich_ByALocalModelThatIsNotThere_SaysSo(string model, string expected)
    {
        // Without a network, what is not in the cache is not there.
        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", "1");
        try
        {
            ToolRun.Result result = await RunAsync("--enricher", "local", "--model", model);

            Assert.Equal(1, result.ExitCode);
            Assert.Contains(expected, result.Error, StringComparison.Ordinal);
            Assert.Equal(1, result.Error.Count(c => c == '\n'));
        }
        finally
        {
            Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", null);
        }
    }

    [Fact]
    public async Task Enrich_OfAMissingColumn_SaysWhatThereIs()
    {
        ToolRun.Result result = await ToolRun.RunAsync("enrich", "--events", Events, "--key", "user", "--output", Output);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("has no column 'user' (--key). It has: client, time, shop, amount.", result.Error, StringComparison.Ordinal);
    }

    private Task<ToolRun.Result> RunAsync(params string[] options) =>
        ToolRun.RunAsync(["enrich", "--events", Events, "--key", "client", "--time", "time", "--output", Output, .. options]);

    private JsonElement[] Lines() => [.. File.ReadLines(Output).Select(line => JsonDocument.Parse(line).RootElement)];
}
