using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

/// <summary>The ways in which an evaluation can be done, beyond LightGBM on stratified folds.</summary>
public sealed class EvaluationProtocolTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Run_OfANumberIsRSquared()
    {
        DownstreamEvaluationOptions options = Options(nameof(TestEntity.Spent));
        options.LabelKind = LabelKind.Number;

        EvaluationReport report = Run(options);

        Assert.Equal("R2", report.Metric);
        Assert.Equal(["R2", "MAE"], report.Representations[0].Metrics.Select(metric => metric.Name));
        Assert.InRange(report.Representations[0].Mean, 0.6, 1);
    }

    [Fact]
    public void Run_OfTwoClassesMeasuresProbabilitiesToo()
    {
        RepresentationResult result = Run(Options(nameof(TestEntity.Label))).Representations[0];

        Assert.Equal(["AUC", "PR-AUC", "log-loss", "calibration error"], result.Metrics.Select(metric => metric.Name));
        Assert.Equal(result.Folds, result.Metrics[0].Folds);
        Assert.InRange(result.Interval!.Low, 0.5, result.Mean);
        Assert.InRange(result.Interval.High, result.Mean, 1);
    }

    [Fact]
    public void Run_OfMoreClassesMeasuresEachClassToo()
    {
        EvaluationReport report = Run(Options(nameof(TestEntity.Group)));

        Assert.Equal(["accuracy", "macro AUC", "macro F1", "log-loss"], report.Representations[0].Metrics.Select(metric => metric.Name));
        Assert.Contains("0.3333 of the entities are of the most frequent class, g0: the accuracy of always predicting it.", ReportText.Protocol(report));
    }

    [Fact]
    public void Run_TakesAnyTrainer()
    {
        DownstreamEvaluationOptions options = Options(nameof(TestEntity.Label));
        options.Trainer = _ml.BinaryClassification.Trainers.AveragedPerceptron();

        EvaluationReport report = Run(options);

        Assert.Equal("AveragedPerceptronTrainer", report.Protocol!.Trainer);
        Assert.InRange(report.Representations[0].Mean, 0.9, 1);
        // A perceptron has no probabilities, so nothing is said of them.
        Assert.Equal(["AUC", "PR-AUC"], report.Representations[0].Metrics.Select(metric => metric.Name));
    }

    [Theory]
    [InlineData(TrainerKind.LightGbm, nameof(TestEntity.Label), "LightGBM")]
    [InlineData(TrainerKind.Logistic, nameof(TestEntity.Label), "logistic regression")]
    [InlineData(TrainerKind.Blend, nameof(TestEntity.Label), "the mean of LightGBM and, twice, logistic regression, each of the whole vector and of its parts")]
    [InlineData(TrainerKind.Blend, nameof(TestEntity.Group), "the mean of LightGBM and, twice, logistic regression, each of the whole vector and of its parts")]
    [InlineData(null, nameof(TestEntity.Label), "the mean of LightGBM and, twice, logistic regression, each of the whole vector and of its parts")]
    public void Run_TakesATrainerByItsKind(TrainerKind? kind, string label, string name)
    {
        DownstreamEvaluationOptions options = Options(label);
        options.TrainerKind = kind;
        options.Classifier = new LightGbmOptions { Trees = 50, LearningRate = 0.1, Threads = 1 };

        EvaluationReport report = Run(options);

        Assert.Contains($"Predicted by {name}, from vectors scaled by their largest absolute values in the training folds.", ReportText.Protocol(report));
        Assert.InRange(report.Representations[0].Mean, 0.6, 1);
        Assert.Contains("log-loss", report.Representations[0].Metrics.Select(metric => metric.Name));
    }

    [Fact]
    public void Run_OfANumberTakesLightGbm()
    {
        DownstreamEvaluationOptions options = Options(nameof(TestEntity.Spent));
        options.LabelKind = LabelKind.Number;

        Assert.Equal("LightGBM", Run(options).Protocol?.Trainer);
    }

    [Fact]
    public void Run_OfANumberRefusesATrainerOfClasses()
    {
        DownstreamEvaluationOptions options = Options(nameof(TestEntity.Spent));
        options.LabelKind = LabelKind.Number;
        options.TrainerKind = TrainerKind.Blend;

        Assert.Contains("The trainer Blend predicts classes", Assert.Throws<ArgumentException>(() => Run(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithATrainerForAnotherLabelSaysWhichToChoose()
    {
        DownstreamEvaluationOptions options = Options(nameof(TestEntity.Group));
        options.Trainer = _ml.Clustering.Trainers.KMeans("Features", numberOfClusters: 2);

        Assert.Contains("MulticlassClassification for more", Assert.Throws<ArgumentException>(() => Run(options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RepresentationFitting.OnAllEntities, 1, 300)]
    [InlineData(RepresentationFitting.InEachTrainingFold, 5, 240)]
    public void Run_FitsRepresentationsOnTheRowsThatItSays(RepresentationFitting fitting, int fits, int rows)
    {
        var counting = new CountingEstimator(_ml.Transforms.AggregateEvents("V"));
        DownstreamEvaluationOptions options = Options(nameof(TestEntity.Label));
        options.Fitting = fitting;

        EvaluationReport report = new DownstreamEvaluation(_ml, options)
            .Run(TestEntity.Generate(_ml, 300), [new("counted", counting, "V")], cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Repeat(rows, fits), counting.FittedRows);
        Assert.Equal(fitting, report.Protocol!.Fitting);
    }

    [Fact]
    public void Run_KeepsGroupsTogether()
    {
        DownstreamEvaluationOptions options = Options(nameof(TestEntity.Label));
        options.Group = nameof(TestEntity.Household);

        EvaluationReport report = Run(options);

        Assert.Contains("no Household in two of them", report.Protocol!.Folds, StringComparison.Ordinal);
        Assert.DoesNotContain(report.Warnings, warning => warning.Contains("Household", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_ComparesEachPair()
    {
        EvaluationReport report = Run(Options(nameof(TestEntity.Label)), "amounts", "categories", "nothing");

        Assert.Equal([("amounts", "categories"), ("amounts", "nothing"), ("categories", "nothing")], report.Differences.Select(pair => (pair.First, pair.Second)));
        RepresentationDifference clear = report.Differences[1];
        Assert.InRange(clear.Mean, 0.4, 0.5);
        Assert.InRange(clear.PValue, 0, 0.01);
        Assert.True(clear.Low > 0 && clear.High < 1);
    }

    [Fact]
    public void Options_AreCheckedWhereTheyAreSet()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DownstreamEvaluationOptions { Label = "a", BootstrapSamples = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DownstreamEvaluationOptions { Label = "a", FoldCount = 1 });
    }

    private static DownstreamEvaluationOptions Options(string label) => new()
    {
        Label = label,
        BootstrapSamples = 100,
        Classifier = new LightGbmOptions { Trees = 30, Threads = 1, MinRowsPerLeaf = 10, LearningRate = 0.1 },
    };

    private EvaluationReport Run(DownstreamEvaluationOptions options, params string[] compared)
    {
        Representation[] representations =
        [
            new("amounts", _ml.Transforms.AggregateEvents("A", new AggregateEventsOptions { Fields = [nameof(TestEntity.Amount)] }), "A"),
            new("categories", _ml.Transforms.AggregateEvents("C", new AggregateEventsOptions { Fields = [nameof(TestEntity.Category)] }), "C"),
            new("nothing", TestRepresentations.Constant(_ml, "N"), "N"),
        ];
        return new DownstreamEvaluation(_ml, options)
            .Run(TestEntity.Generate(_ml, 300), representations, compared.Length == 0 ? ["amounts"] : compared, cancellation: TestContext.Current.CancellationToken);
    }

    /// <summary>Remembers how many rows each fit saw.</summary>
    private sealed class CountingEstimator(IEstimator<ITransformer> inner) : IEstimator<ITransformer>
    {
        public List<int> FittedRows { get; } = [];

        public ITransformer Fit(IDataView input)
        {
            FittedRows.Add(input.GetColumn<string>(nameof(TestEntity.Id)).Count());
            return inner.Fit(input);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inner.GetOutputSchema(inputSchema);
    }
}
