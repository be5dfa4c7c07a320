namespace Microsoft.ML.Llm4Es.Tool.Tests;

/// <summary>Each kind of input that cannot be evaluated gives one line that says what to do, exit code 1, and leaves nothing behind.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData("--key", "user", "has no column 'user' (--key). It has: client, label, class, fold.")]
    [InlineData("--label", "churned", "has no column 'churned' (--label). It has: client, label, class, fold.")]
    [InlineData("--fold", "part", "has no column 'part' (--fold). It has: client, label, class, fold.")]
    [InlineData("--time", "date", "has no column 'date' (--time). It has: client, time, shop, amount.")]
    [InlineData("--fields", "shop,place,price", "has no column 'place' (--fields) and no column 'price' (--fields). It has: client, time, shop, amount.")]
    [InlineData("--label", "client", "The label 'client' has 600 different values in 600 rows")]
    [InlineData("--time", "shop", "Row 1 of the events has the time 'food' in 'shop'")]
    [InlineData("--events", "none.csv", "none.csv was not found. Check the path")]
    [InlineData("--model", "none.gguf", "none.gguf (--model) was not found. Check the path")]
    public async Task Evaluate_OfAWrongOptionSaysSo(string option, string value, string expected)
    {
        _tool.WriteClients();

        AssertFailed(await _tool.EvaluateAsync((option, value)), expected);
    }

    [Fact]
    public async Task Evaluate_OfAFileWithoutRowsSaysSo()
    {
        _tool.WriteClients(changeEvents: _ => "client,time,shop,amount\n");
        AssertFailed(await _tool.EvaluateAsync(), "events.csv has a header but no rows.");

        _tool.WriteClients(changeEntities: _ => "");
        AssertFailed(await _tool.EvaluateAsync(), "entities.csv is empty. It needs a first line that names the columns");
    }

    [Fact]
    public async Task Evaluate_OfAMalformedRowNamesTheLine()
    {
        _tool.WriteClients(changeEvents: events => events.Replace("\n7,2024-01-02", "\n7;2024-01-02", StringComparison.Ordinal));

        AssertFailed(await _tool.EvaluateAsync(), "events.csv, line 37: 3 values where the first line names 4 columns.");
    }

    [Fact]
    public async Task Evaluate_OfATimeThatDoesNotParseNamesRowAndValue()
    {
        _tool.WriteClients(changeEvents: events => events.Replace("\n7,2024-01-02 10:00:00", "\n7,soon", StringComparison.Ordinal));
        AssertFailed(await _tool.EvaluateAsync(), "Row 36 of the events has the time 'soon' in 'time'");

        _tool.WriteClients(changeEvents: events => events.Replace("\n7,2024-01-02 10:00:00", "\n7,", StringComparison.Ordinal));
        AssertFailed(await _tool.EvaluateAsync(), "Row 36 of the events has no time: 'time' is ");
    }

    [Fact]
    public async Task Evaluate_OfATimeOfTheWrongTypeSaysSo()
    {
        _tool.WriteClients(changeEvents: events => events.Replace("food", "true", StringComparison.Ordinal).Replace("fuel", "false", StringComparison.Ordinal));

        AssertFailed(await _tool.EvaluateAsync(("--time", "shop")), "the column 'shop' (--time) holds true and false; dates or numbers are expected.");
    }

    [Fact]
    public async Task Evaluate_OfALabelWithOneClassSaysSo()
    {
        _tool.WriteClients(changeEntities: entities => entities.Replace(",1,many", ",0,many", StringComparison.Ordinal));

        AssertFailed(await _tool.EvaluateAsync(), "The label 'label' has one class only (0). It needs rows of at least two.");
    }

    [Fact]
    public async Task Evaluate_OfAMissingLabelNamesTheRow()
    {
        _tool.WriteClients(changeEntities: entities => entities.Replace("\n2,1,", "\n2,,", StringComparison.Ordinal));

        AssertFailed(await _tool.EvaluateAsync(), "The label 'label' is missing in 1 of 600 rows, the first is row 3.");
    }

    [Fact]
    public async Task Evaluate_OfAFoldWithoutPositivesSaysSo()
    {
        _tool.WriteClients(changeEntities: entities => entities.Replace(",1,many,3", ",0,many,3", StringComparison.Ordinal));

        AssertFailed(await _tool.EvaluateAsync(), "Fold '3' has no positives (label = 1), so it has no ROC-AUC. Assign the folds anew");
    }

    [Fact]
    public async Task Evaluate_OfEntitiesWithoutEventsSaysHowMany()
    {
        _tool.WriteClients(changeEntities: entities => entities + "900,1,many,0\n901,0,few,0\n");

        AssertFailed(await _tool.EvaluateAsync(), "2 of 602 entities in", "have no events in", "such as 900.", "--skip-entities-without-events");
    }

    [Fact]
    public async Task Evaluate_OfKeysThatNeverMatchSaysSo()
    {
        _tool.WriteClients(changeEntities: entities => entities.Replace("\n", "\nc", StringComparison.Ordinal).TrimEnd('c'));

        AssertFailed(await _tool.EvaluateAsync(), "No entity found its row: 'client' of the");
    }

    [Fact]
    public async Task Evaluate_OfAnEntityTwiceNamesBothRows()
    {
        _tool.WriteClients(changeEntities: entities => entities + "7,0,some,0\n");

        AssertFailed(await _tool.EvaluateAsync(), "The table has '7' in 'client' twice, in rows 8 and 601");
    }

    [Fact]
    public async Task Evaluate_IntoAFileSaysSoAtOnce()
    {
        _tool.WriteClients();

        ToolRun.Result result = await _tool.EvaluateAsync(("--output", _tool.Events));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("(--output) is a file.", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public async Task Evaluate_ThatFailsKeepsAnEarlierReport()
    {
        _tool.WriteClients();
        Directory.CreateDirectory(_tool.Output);
        File.WriteAllText(Path.Combine(_tool.Output, "metrics.json"), "earlier");

        await _tool.EvaluateAsync(("--label", "client"));

        Assert.Equal("earlier", File.ReadAllText(Assert.Single(Directory.GetFileSystemEntries(_tool.Output))));
    }

    private void AssertFailed(ToolRun.Result result, params string[] expected)
    {
        Assert.All(expected, text => Assert.Contains(text, result.Error, StringComparison.Ordinal));
        Assert.StartsWith("llm4es: ", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(c => c == '\n'));
        Assert.Equal(1, result.ExitCode);
        Assert.False(Path.Exists(_tool.Output));
    }
}
