namespace Microsoft.ML.Llm4Es.Evaluation.Tests.Experiments;

public sealed class ExperimentResumeTests : IDisposable
{
    private readonly TestExperiment _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Execute_AgainRunsNoTrialAndTunesNothing()
    {
        using (ExperimentResult first = _test.Execute()) Assert.Equal(2, _test.Tunings);
        string log = File.ReadAllText(_test.LogPath);

        using ExperimentResult second = _test.Execute(progress: new Told(told => Assert.Null(told.Trial)));

        Assert.Equal((6, 2), (second.Trials.Count, _test.Tunings));
        Assert.Equal(log, File.ReadAllText(_test.LogPath));
    }

    [Fact]
    public void Execute_WithMoreTrialsGoesOn()
    {
        using ExperimentResult two = _test.Execute(_test.Settings(trials: 2));
        using ExperimentResult all = _test.Execute();
        Llm4EsExperimentSettings elsewhere = _test.Settings();
        elsewhere.Folder = Path.Combine(_test.Folder, "other");
        using ExperimentResult atOnce = _test.Execute(elsewhere);

        Assert.Equal(two.Trials.Select(trial => trial.Score), all.Trials.Take(2).Select(trial => trial.Score));
        Assert.Equal(atOnce.Trials.Select(trial => trial.Score), all.Trials.Select(trial => trial.Score));
    }

    [Fact]
    public void Execute_AfterALineThatWasTornRunsItsTrialAgain()
    {
        using ExperimentResult whole = _test.Execute();
        string[] lines = File.ReadAllLines(_test.LogPath);
        File.WriteAllText(_test.LogPath, string.Join('\n', lines[..3]) + "\n" + lines[3][..(lines[3].Length / 2)]);
        var run = new List<int>();

        using ExperimentResult resumed = _test.Execute(progress: new Told(told => run.AddRange(told.Trial is { } trial ? [trial.Trial] : [])));

        Assert.Equal([3, 4, 5], run);
        Assert.Equal(whole.Trials.Select(trial => trial.Score), resumed.Trials.Select(trial => trial.Score));
        Assert.Equal(lines[..3], File.ReadAllLines(_test.LogPath)[..3]);
        Assert.Equal(6, File.ReadAllLines(_test.LogPath).Length);
    }

    [Fact]
    public void Execute_OfADamagedLineSaysWhich()
    {
        using (_test.Execute(_test.Settings(trials: 2)))
        {
        }

        File.WriteAllText(_test.LogPath, "{\"trial\":" + File.ReadAllText(_test.LogPath));

        Assert.Contains("trials.jsonl, line 1, is no trial of this experiment", Assert.Throws<InvalidDataException>(() => _test.Execute()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_CancelledKeepsTheLog()
    {
        using var source = new CancellationTokenSource();
        var cancelling = new Told(told =>
        {
            if (told.FinishedTrials == 2) source.Cancel();
        });

        Assert.ThrowsAny<OperationCanceledException>(() => _test.Execute(progress: cancelling, cancellation: source.Token));
        Assert.Equal(2, File.ReadAllLines(_test.LogPath).Length);

        using ExperimentResult result = _test.Execute();
        Assert.Equal([0, 1, 2, 3, 4, 5], result.Trials.Select(trial => trial.Trial));
    }

    [Fact]
    public void Execute_OfAnotherSpaceInTheFolderSaysWhatDiffers()
    {
        using (_test.Execute(_test.Settings(trials: 1)))
        {
        }

        _test.Space = _test.Space with { LearningRates = [1e-3, 4e-3] };

        Refused("space.learningRates[1] was 0.003 and is 0.004", _test.Settings());
    }

    [Fact]
    public void Execute_OfAnotherSeedOrDataInTheFolderSaysWhatDiffers()
    {
        using (_test.Execute(_test.Settings(trials: 1)))
        {
        }

        Llm4EsExperimentSettings seeded = _test.Settings();
        seeded.Seed = 6;
        Refused("seed was 5 and is 6", seeded);
        Refused("data was ", _test.Settings(), _test.Load(seed: 2));
    }

    [Fact]
    public void Execute_WhileAnotherRunsInTheFolderSaysSo()
    {
        IOException? problem = null;
        using ExperimentResult result = _test.Execute(_test.Settings(trials: 1), progress: new Told(told =>
        {
            if (told.Trial is not null) problem = Assert.Throws<IOException>(() => _test.Execute());
        }));

        Assert.Contains("perhaps another process runs this experiment", problem!.Message, StringComparison.Ordinal);
    }

    private void Refused(string expected, Llm4EsExperimentSettings settings, IDataView? clients = null)
    {
        string message = Assert.Throws<InvalidOperationException>(() => _test.Execute(settings, clients)).Message;
        Assert.Contains("is of another experiment: ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }
}
