namespace Microsoft.ML.Llm4Es.Tool.Tests;

public sealed class CommandLineTests
{
    private static readonly string[] Complete = ["evaluate", "--events", "e", "--entities", "u", "--key", "k", "--label", "l", "--output", "o"];

    [Theory]
    [InlineData("See llm4es --help.")]
    [InlineData("'unknown'", "unknown")]
    [InlineData("Option '--events' is required.", "evaluate", "--key", "k")]
    [InlineData("See llm4es evaluate --help.", "evaluate", "--key", "k")]
    public async Task Run_OfAnIncompleteCommandLineIsBadUsage(string expected, params string[] args) => AssertBadUsage(await ToolRun.RunAsync(args), expected);

    [Theory]
    [InlineData("There is no representation 'other'; there are llm4es, llm4es-paper, llm4es-untuned, aggregates, tfidf, coles.", "--representations", "aggregates+other")]
    [InlineData("There is no tuning 'some'; there are full, lora, lora:RANK, last:LAYERS and none", "--tuning", "some")]
    [InlineData("--tokens is at least 1.", "--tokens", "0")]
    [InlineData("--recent-tokens is at least 1.", "--recent-tokens", "0")]
    [InlineData("--batch-tokens is at least 1.", "--batch-tokens", "0")]
    [InlineData("There is no preset 'huge'; there are tiny, small and medium.", "--preset", "huge")]
    [InlineData("There is no preset 'huge'; there are tiny, small and medium.", "--model", "scratch:huge")]
    [InlineData("'none' is no language model. Expected scratch, scratch:PRESET, a folder that exists, a saved model (.zip), a .gguf file, or an id on the Hub", "--model", "none")]
    [InlineData("--preset is the size of a model from scratch, and --model is 'folder'.", "--model", "folder", "--preset", "tiny")]
    [InlineData("'--other'", "--other", "1")]
    [InlineData("'seven'", "--seed", "seven")]
    public async Task Run_OfAWrongOptionIsBadUsage(string expected, params string[] options) => AssertBadUsage(await ToolRun.RunAsync([.. Complete, .. options]), expected);

    [Theory]
    [InlineData("evaluate")]
    [InlineData("ablate", "tuning")]
    [InlineData("experiment")]
    public async Task Help_HasBreakdownsWhereAReportShowsThem(params string[] verb)
    {
        ToolRun.Result result = await ToolRun.RunAsync([.. verb, "--help"]);

        Assert.Contains("--fit-in-folds", result.Output, StringComparison.Ordinal);
        Assert.Equal(verb[0] == "evaluate", result.Output.Contains("--breakdown", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("evaluate", "--help")]
    [InlineData("--help")]
    [InlineData("--version")]
    public async Task Run_OfHelpIsDone(params string[] args)
    {
        ToolRun.Result result = await ToolRun.RunAsync(args);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.NotEqual("", result.Output);
    }

    [Fact]
    public async Task Help_OfAVerbHasExamples()
    {
        ToolRun.Result result = await ToolRun.RunAsync("evaluate", "--help");

        Assert.Contains("Examples:", result.Output, StringComparison.Ordinal);
        Assert.Contains("Exit codes: 0 done, 1 failed, 2 bad usage.", result.Output, StringComparison.Ordinal);
    }

    private static void AssertBadUsage(ToolRun.Result result, string expected)
    {
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(c => c == '\n'));
        Assert.Equal("", result.Output);
    }
}
