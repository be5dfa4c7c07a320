using System.Globalization;
using System.Xml.Linq;
using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests.Experiments;

public sealed class Llm4EsExperimentTests : IDisposable
{
    private readonly TestExperiment _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Execute_RunsEveryTrialOfTheSpaceOnce()
    {
        using ExperimentResult result = _test.Execute(_test.Settings(trials: 100));

        Assert.Equal(("AUC", ExperimentEnd.AllTrials, 6), (result.Metric, result.End, result.Trials.Count));
        Assert.Equal(6, result.Trials.Select(trial => (trial.Settings.LearningRate, trial.Settings.Pooling)).Distinct().Count());
        Assert.All(result.Trials, trial => Assert.Equal((null, 2, 1.0), (trial.Error, trial.Metrics[0].Folds.Count, trial.Share)));
        Assert.Equal(result.Trials.Max(trial => trial.Score), result.BestTrial.Score);
    }

    [Fact]
    public void Execute_TunesOnceForTrialsThatDifferInPoolingAndClassifier()
    {
        _test.Space = _test.Space with { Classifiers = [new() { Trees = 5 }, new() { Trees = 9 }] };

        using ExperimentResult result = _test.Execute(_test.Settings(trials: 12));

        Assert.Equal((12, 2), (result.Trials.Count, _test.Tunings));
    }

    [Fact]
    public void Execute_TriesTrainersOnTheSameModelsAndKeepsThatOfTheBest()
    {
        _test.Space = _test.Space with { Poolings = [PoolingOptions.Of(new LayerRange(0, 0))], Trainers = [TrainerKind.Logistic, TrainerKind.Blend] };

        using ExperimentResult result = _test.Execute();

        Assert.Equal((4, 2), (result.Trials.Count, _test.Tunings));
        Assert.All(result.Trials, trial => Assert.Null(trial.Error));
        ITransformer loaded = _test.Ml.Model.Load(result.ModelPath, out _);
        Assert.Equal(result.Model.Transform(_test.Clients).GetColumn<float>("Score"), loaded.Transform(_test.Clients).GetColumn<float>("Score"));
        Assert.Contains("By trainer", File.ReadAllText(result.ReportPath), StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_OfABlendKeepsWhatTokenEmbeddingsPredictAlone()
    {
        PooledPart tokens = new(LayerRange.TokenEmbeddings), last = new(LayerRange.LastOnly);
        _test.Space = _test.Space with { Poolings = [new() { Parts = [last, tokens] }, new() { Parts = [tokens, last] }], Trainers = [TrainerKind.Blend] };
        Llm4EsExperimentSettings settings = _test.Settings(trials: 4);

        using ExperimentResult result = _test.Execute(settings);

        IDataView scored = result.Model.Transform(_test.Clients);
        int width = TestExperiment.Preset.HiddenSize;
        int start = result.BestTrial.Settings.Pooling.Parts[0] == tokens ? 0 : width;
        IEnumerable<Range> Pieces(int count) => Enumerable.Range(0, count).Select(i => (start + i * width / count)..(start + (i + 1) * width / count));
        LightGbmOptions classifier = settings.Evaluation.Classifier;
        var trainer = new BlendedTrainer(_test.Ml, nameof(CardClient.PlansAhead), options: new()
        {
            LightGbm = classifier,
            Logistic = new() { Seed = classifier.Seed },
            Views = [[.. Pieces(1), .. Pieces(2), .. Pieces(4), .. Pieces(8), Range.All]],
        });
        Assert.Equal(trainer.Fit(scored).Transform(scored).GetColumn<float>("Score"), scored.GetColumn<float>("Score"), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void Execute_TestsTheBestTrialOnTheFoldThatWasHeldOut()
    {
        using ExperimentResult result = _test.Execute();

        Assert.Equal((2, 30), (result.HeldOut.Fold, result.HeldOut.Entities));
        Assert.Equal(["AUC", "PR-AUC", "log-loss", "calibration error"], result.HeldOut.Metrics.Select(metric => metric.Name));
        Assert.InRange(result.HeldOut.Score, result.HeldOut.Interval!.Low, result.HeldOut.Interval.High);
    }

    [Fact]
    public void Execute_WritesAPageWithTheTrialsAndWhatEachSettingGave()
    {
        using ExperimentResult result = _test.Execute();

        string page = File.ReadAllText(result.ReportPath);
        XElement main = XElement.Parse(page[page.IndexOf("<main>", StringComparison.Ordinal)..page.IndexOf("</body>", StringComparison.Ordinal)]);
        Assert.Equal(["AUC trial by trial", "By learning rate", "By pooling"], main.Descendants("figure").Select(figure => figure.Element("h3")!.Value));
        Assert.All(main.Descendants("svg"), chart => Assert.NotEmpty(chart.Element("desc")!.Value));
        XElement table = main.Descendants("table").Single(table => table.Element("caption")!.Value.StartsWith("Mean and standard deviation", StringComparison.Ordinal));
        Assert.Equal(6, table.Element("tbody")!.Elements("tr").Count());
        Assert.Equal($"{result.BestTrial.Trial}", table.Descendants("th").First(cell => cell.Attribute("scope")!.Value == "row").Value);
        Assert.Contains(result.HeldOut.Score.ToString("F4", CultureInfo.InvariantCulture), main.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_ChoosesWithoutTheLabelsOfTheFoldThatIsHeldOut()
    {
        using ExperimentResult first = _test.Execute(WithFolds("first"), Folded(flipped: false));
        using ExperimentResult second = _test.Execute(WithFolds("second"), Folded(flipped: true));

        Assert.Equal(first.Trials.Select(trial => trial.Score), second.Trials.Select(trial => trial.Score));
        Assert.NotEqual(first.HeldOut.Score, second.HeldOut.Score);
    }

    [Fact]
    public void Execute_IsRepeatable()
    {
        Llm4EsExperimentSettings other = _test.Settings();
        other.Folder = Path.Combine(_test.Folder, "other");

        using ExperimentResult first = _test.Execute();
        using ExperimentResult second = _test.Execute(other);

        Assert.Equal(first.Trials.Select(Scores), second.Trials.Select(Scores));
        Assert.Equal(first.HeldOut.Score, second.HeldOut.Score);

        static (int, string) Scores(TrialResult trial) => (trial.Trial, string.Join(' ', trial.Metrics[0].Folds));
    }

    [Fact]
    public void Execute_SavesTheBestPipelineFittedOnAllEntities()
    {
        using ExperimentResult result = _test.Execute();

        ITransformer loaded = _test.Ml.Model.Load(result.ModelPath, out DataViewSchema schema);
        using var owned = (IDisposable)loaded;
        float[] scores = Scores(loaded);

        Assert.Null(schema.GetColumnOrNull(nameof(CardClient.PlansAhead)));
        Assert.Equal(Scores(result.Model), scores);
        Assert.Equal(90, scores.Length);
        bool[] labels = [.. _test.Clients.GetColumn<bool>(nameof(CardClient.PlansAhead))];
        Assert.InRange(ClassificationMetrics.RocAuc(labels, [.. scores.Select(score => (double)score)]), 0.7, 1);
        int width = TestExperiment.Preset.HiddenSize * result.BestTrial.Settings.Pooling.Parts.Count;
        Assert.Equal(width, loaded.Transform(_test.Clients).GetColumn<float[]>("Embedding").First().Length);

        float[] Scores(ITransformer model) => [.. model.Transform(_test.Ml.Transforms.DropColumns(nameof(CardClient.PlansAhead)).Fit(_test.Clients).Transform(_test.Clients)).GetColumn<float>("Score")];
    }

    [Fact]
    public void Execute_OfMoreClassesNamesTheClassThatIsPredicted()
    {
        IDataView clients = _test.Ml.Transforms.CustomMapping<CardClient, Segment>((client, segment) => segment.Name = client.PlansAhead ? "planner" : client.ClientId[^1] < '5' ? "spender" : "other", null)
            .Fit(_test.Clients).Transform(_test.Clients);
        Llm4EsExperimentSettings settings = _test.Settings(trials: 1);
        settings.Evaluation.Label = nameof(Segment.Name);

        using ExperimentResult result = _test.Execute(settings, clients);

        Assert.Equal("accuracy", result.Metric);
        string[] classes = ["planner", "spender", "other"];
        Assert.All(result.Model.Transform(_test.Clients).GetColumn<string>("PredictedLabel"), name => Assert.Contains(name, classes));
    }

    [Fact]
    public void Execute_FittingInEachFoldTunesForEachFoldAndForAllEntities()
    {
        Llm4EsExperimentSettings settings = _test.Settings(trials: 1);
        settings.Evaluation.Fitting = RepresentationFitting.InEachTrainingFold;

        using ExperimentResult result = _test.Execute(settings);

        // Two folds of the choice, the one that is held out, and all entities.
        Assert.Equal(4, _test.Tunings);
    }

    [Fact]
    public void Execute_LogsATrialThatFailsAndGoesOn()
    {
        _test.Space = _test.Space with { Poolings = [PoolingOptions.Of(new LayerRange(7, 7)), PoolingOptions.Of(LayerRange.LastOnly)], LearningRates = [1e-3] };

        using ExperimentResult result = _test.Execute();

        TrialResult failed = Assert.Single(result.Trials, trial => trial.Error is not null);
        Assert.Contains("The layers 7 are asked for, and the model has fewer.", failed.Error, StringComparison.Ordinal);
        Assert.Equal(LayerRange.LastOnly, result.BestTrial.Settings.Pooling.Parts[0].Layers);
    }

    [Fact]
    public void Execute_WhereEveryTrialFailsSaysWhy()
    {
        _test.Space = _test.Space with { Poolings = [PoolingOptions.Of(new LayerRange(7, 7))] };

        Assert.StartsWith("All 2 trials failed. The first: Hidden states 7 to 7 were asked for", Assert.Throws<InvalidOperationException>(() => _test.Execute()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_StartsNoTrialWhenTheTimeIsUp()
    {
        Llm4EsExperimentSettings settings = _test.Settings();
        settings.MaxExperimentTime = TimeSpan.FromTicks(1);

        using ExperimentResult result = _test.Execute(settings);

        Assert.Equal((ExperimentEnd.TimeBudget, 1), (result.End, result.Trials.Count));
        Assert.True(File.Exists(result.ModelPath));
    }

    [Fact]
    public void Execute_TellsItsProgress()
    {
        var finished = new List<(int, int, int)>();
        var stages = new HashSet<EvaluationStage>();

        using ExperimentResult result = _test.Execute(_test.Settings(trials: 2), progress: new Told(told =>
        {
            if (told.Trial is { } trial) finished.Add((trial.Trial, told.FinishedTrials, told.TotalTrials));
            if (told.Step is { } step) stages.Add(step.Stage);
        }));

        Assert.Equal([(0, 1, 2), (1, 2, 2)], finished);
        Assert.Equal([EvaluationStage.Fit, EvaluationStage.Embed, EvaluationStage.Classify], stages.Order());
    }

    [Fact]
    public void Execute_OfTooFewFoldsSaysHowManyAreNeeded()
    {
        Llm4EsExperimentSettings settings = _test.Settings();
        settings.Evaluation.FoldCount = 2;

        Assert.StartsWith("There are 2 folds, and an experiment needs at least 3", Assert.Throws<InvalidDataException>(() => _test.Execute(settings)).Message, StringComparison.Ordinal);
    }

    /// <summary>The clients in three folds of equal size, with the labels of the last one as they are or the other way round.</summary>
    private IDataView Folded(bool flipped) => _test.Ml.Transforms.CustomMapping<CardClient, FoldedClient>((client, folded) =>
    {
        folded.Fold = int.Parse(client.ClientId.AsSpan(1), provider: null) % 3;
        folded.Label = client.PlansAhead ^ (flipped && folded.Fold == 2);
    }, null).Fit(_test.Clients).Transform(_test.Clients);

    private Llm4EsExperimentSettings WithFolds(string folder)
    {
        Llm4EsExperimentSettings settings = _test.Settings(trials: 3);
        settings.Folder = Path.Combine(_test.Folder, folder);
        settings.Evaluation.Label = nameof(FoldedClient.Label);
        settings.Evaluation.Fold = nameof(FoldedClient.Fold);
        return settings;
    }

    private sealed class FoldedClient
    {
        public bool Label { get; set; }

        public int Fold { get; set; }
    }

    private sealed class Segment
    {
        public string Name { get; set; } = "";
    }
}
