using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class DownstreamEvaluationTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Run_FindsWhatTheVectorsTell()
    {
        EvaluationReport report = Run(Options(nameof(TestEntity.Label)), ["amounts", "nothing"]);

        Assert.Equal(("Label", "AUC", 300), (report.Label, report.Metric, report.Entities));
        Assert.Equal(["amounts", "nothing"], report.Representations.Select(result => result.Name));
        Assert.InRange(report.Representations[0].Mean, 0.99, 1);
        Assert.Equal([0.5, 0.5, 0.5, 0.5, 0.5], report.Representations[1].Folds);
    }

    [Fact]
    public void Run_CountsEvents()
    {
        IDataView entities = TestEntity.Generate(_ml, 300);

        Assert.Equal(entities.GetColumn<float[]>(nameof(TestEntity.Amount)).Sum(values => values.Length), Run(Options(nameof(TestEntity.Label)), ["nothing"]).Events);
    }

    [Fact]
    public void Run_OfMoreThanTwoClassesIsAccuracy()
    {
        EvaluationReport report = Run(Options(nameof(TestEntity.Group)), ["amounts"]);

        Assert.Equal("accuracy", report.Metric);
        Assert.InRange(report.Representations[0].Mean, 0.95, 1);
    }

    [Fact]
    public void Run_UsesTheFoldsOfAColumn()
    {
        DownstreamEvaluationOptions options = Options(nameof(TestEntity.Label));
        options.Fold = nameof(TestEntity.Fold);

        Assert.Equal(4, Run(options, ["amounts"]).Representations[0].Folds.Count);
    }

    [Fact]
    public void Run_IsRepeatableOnAnyNumberOfThreads()
    {
        DownstreamEvaluationOptions one = Options(nameof(TestEntity.Label)), two = Options(nameof(TestEntity.Label));
        one.Classifier.Threads = 1;
        two.Classifier.Threads = 2;

        IReadOnlyList<double> first = Run(one, ["categories"]).Representations[0].Folds;

        Assert.Equal(first, Run(one, ["categories"]).Representations[0].Folds);
        Assert.Equal(first, Run(two, ["categories"]).Representations[0].Folds);
        Assert.InRange(first.Average(), 0.6, 0.999);
    }

    [Fact]
    public void Run_JoinsVectorsOfNamesWithAPlus()
    {
        EvaluationReport report = Run(Options(nameof(TestEntity.Label)), ["categories", "categories+amounts"]);

        Assert.InRange(report.Representations[1].Mean, 0.99, 1);
        Assert.True(report.Representations[0].Mean < report.Representations[1].Mean);
    }

    [Fact]
    public void Run_HidesTheLabelFromTheRepresentation()
    {
        var peeking = new Representation("peeking", _ml.Transforms.Conversion.ConvertType("Seen", nameof(TestEntity.Label)), "Seen");

        Assert.ThrowsAny<Exception>(() => new DownstreamEvaluation(_ml, Options(nameof(TestEntity.Label))).Run(TestEntity.Generate(_ml, 300), [peeking], cancellation: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Run_TellsItsProgress()
    {
        var steps = new Steps();

        Run(Options(nameof(TestEntity.Label)), ["nothing"], steps);

        Assert.Equal([EvaluationStage.Fit, EvaluationStage.Embed, EvaluationStage.Classify], steps.Seen.Select(step => step.Stage).Distinct());
        Assert.Equal(new EvaluationProgress("nothing", EvaluationStage.Embed, 300, 300), steps.Seen.Last(step => step.Stage == EvaluationStage.Embed));
        Assert.Equal(new EvaluationProgress("nothing", EvaluationStage.Classify, 5, 5), steps.Seen[^1]);
    }

    [Fact]
    public void Run_IsCancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => new DownstreamEvaluation(_ml, Options(nameof(TestEntity.Label)))
            .Run(TestEntity.Generate(_ml, 300), Representations(), ["nothing"], cancellation: source.Token));
    }

    [Fact]
    public void Run_OfAnUnknownNameSaysWhichThereAre()
    {
        var exception = Assert.Throws<ArgumentException>(() => Run(Options(nameof(TestEntity.Label)), ["amounts+other"]));

        Assert.Contains("There is no representation 'other'. There are: amounts, categories, nothing, broken.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OfVectorsThatAreNotFiniteIsAnError() =>
        Assert.Contains("'broken' makes a value that is not finite in row 1",
            Assert.Throws<InvalidDataException>(() => Run(Options(nameof(TestEntity.Label)), ["broken"])).Message, StringComparison.Ordinal);

    [Fact]
    public void Run_OfAColumnThatIsNoVectorIsAnError()
    {
        var text = new Representation("text", _ml.Transforms.CopyColumns("Copy", nameof(TestEntity.Id)), "Copy");

        Assert.Throws<ArgumentException>(() => new DownstreamEvaluation(_ml, Options(nameof(TestEntity.Label))).Run(TestEntity.Generate(_ml, 300), [text], cancellation: TestContext.Current.CancellationToken));
    }

    private static DownstreamEvaluationOptions Options(string label) => new() { Label = label, Classifier = new LightGbmOptions { Trees = 30, Threads = 2, MinRowsPerLeaf = 10, LearningRate = 0.1 } };

    private Representation[] Representations() =>
    [
        new("amounts", _ml.Transforms.AggregateEvents("A", new AggregateEventsOptions { Fields = [nameof(TestEntity.Amount)] }), "A"),
        new("categories", _ml.Transforms.AggregateEvents("C", new AggregateEventsOptions { Fields = [nameof(TestEntity.Category)] }), "C"),
        new("nothing", TestRepresentations.Constant(_ml, "N"), "N"),
        new("broken", TestRepresentations.NotFinite(_ml, "B"), "B"),
    ];

    private EvaluationReport Run(DownstreamEvaluationOptions options, string[] compared, IProgress<EvaluationProgress>? progress = null) =>
        new DownstreamEvaluation(_ml, options).Run(TestEntity.Generate(_ml, 300), Representations(), compared, progress, TestContext.Current.CancellationToken);

    private sealed class Steps : IProgress<EvaluationProgress>
    {
        public List<EvaluationProgress> Seen { get; } = [];

        public void Report(EvaluationProgress value) => Seen.Add(value);
    }
}
