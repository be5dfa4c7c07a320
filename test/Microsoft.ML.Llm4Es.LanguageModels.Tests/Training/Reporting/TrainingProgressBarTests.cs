namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class TrainingProgressBarTests
{
    [Fact]
    public void Report_ElsewhereThanOnATerminal_WritesALineEach30SecondsAndTheLastStep()
    {
        var output = new StringWriter();
        using (var bar = new TrainingProgressBar(output, terminalWidth: null))
        {
            for (int step = 1; step <= 100; step++) bar.Report(Step(step));
        }

        string[] lines = output.ToString().Split(output.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["step 1 ", "step 31 ", "step 61 ", "step 91 ", "step 100 "], lines.Select(line => line[..(line.IndexOf("of", StringComparison.Ordinal))]));
        Assert.Equal("step 31 of 100, epoch 1, loss 2.500, validation 2.600, 1,234 tokens/s, 1.5 GB, 00:01:09 left", lines[1]);
    }

    [Fact]
    public void Report_OnATerminal_ChangesOneLineThatFits()
    {
        var output = new StringWriter();
        using (var bar = new TrainingProgressBar(output, terminalWidth: 60))
        {
            bar.Report(Step(50));
            bar.Report(Step(100));
        }

        string[] changes = output.ToString().Split("\r\u001b[K", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, changes.Length);
        Assert.StartsWith("[##########..........] step 50 of 100", changes[0], StringComparison.Ordinal);
        Assert.StartsWith("[####################] step 100 of 100", changes[1], StringComparison.Ordinal);
        Assert.All(changes, change => Assert.True(change.TrimEnd().Length < 60));
        Assert.EndsWith(output.NewLine, output.ToString(), StringComparison.Ordinal);
    }

    private static TrainingProgress Step(int step) => new(
        step, TotalSteps: 100, Epoch: 1, Loss: 2.5, LearningRate: 1e-3, GradientNorm: 1, Tokens: 1000, TokensPerSecond: 1234.4,
        Elapsed: TimeSpan.FromSeconds(step), Remaining: TimeSpan.FromSeconds(100 - step), ValidationLoss: 2.6, SkippedSteps: 0, WorkingSet: 1_500_000_000);
}
