using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests.Experiments;

public sealed class SuccessiveHalvingTests : IDisposable
{
    private readonly TestExperiment _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Execute_TakesTheBestOfARungToTheNext()
    {
        using ExperimentResult result = _test.Execute(Halving());

        Assert.Equal([(0, 1 / 4.0, 6), (1, 1 / 2.0, 3), (2, 1.0, 1)],
            result.Trials.GroupBy(trial => (trial.Rung, trial.Share)).Select(rung => (rung.Key.Rung, rung.Key.Share, rung.Count())));
        foreach (int rung in new[] { 0, 1 })
        {
            TrialResult[] here = [.. result.Trials.Where(trial => trial.Rung == rung)], next = [.. result.Trials.Where(trial => trial.Rung == rung + 1)];
            double worst = next.Min(trial => here.Single(before => before.Trial == trial.Trial).Score);
            Assert.All(here.Where(trial => next.All(other => other.Trial != trial.Trial)), trial => Assert.True(trial.Score <= worst));
        }
    }

    [Fact]
    public void Execute_GoesOnFromTheMiddleOfARung()
    {
        using ExperimentResult whole = _test.Execute(Halving());
        string[] lines = File.ReadAllLines(_test.LogPath);
        File.WriteAllText(_test.LogPath, string.Join('\n', lines[..7]) + "\n");

        using ExperimentResult resumed = _test.Execute(Halving());

        Assert.Equal(whole.Trials.Select(trial => (trial.Trial, trial.Rung, trial.Score)), resumed.Trials.Select(trial => (trial.Trial, trial.Rung, trial.Score)));
    }

    [Fact]
    public void Execute_WithoutALimitOfTokensSaysWhatToDo()
    {
        _test.Space = new Llm4EsSearchSpace { Models = [LanguageModelSource.Folder("model")], Poolings = [new PoolingOptions(), PoolingOptions.Of(LayerRange.LastOnly)] };

        Assert.Contains("Set MaxTokens in the search space", Assert.Throws<ArgumentException>(() => _test.Execute(Halving())).Message, StringComparison.Ordinal);
    }

    private Llm4EsExperimentSettings Halving()
    {
        Llm4EsExperimentSettings settings = _test.Settings();
        settings.Strategy = SearchStrategy.SuccessiveHalving;
        settings.Reduction = 2;
        return settings;
    }
}
