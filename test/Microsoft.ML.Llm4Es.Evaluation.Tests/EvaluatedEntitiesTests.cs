using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class EvaluatedEntitiesTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Run_KeepsWhatWasPredictedOfEachEntity()
    {
        EvaluationReport report = Run(TestEntity.Generate(_ml, 300));

        EvaluatedEntities entities = report.Evaluated!;
        EntityPredictions predictions = report.Representations[0].Predictions!;
        Assert.Equal((300, 2), (predictions.Count, predictions.Width));
        for (int fold = 0; fold < 5; fold++)
        {
            int[] rows = [.. Enumerable.Range(0, 300).Where(row => entities.Folds[row] == fold)];
            double area = ClassificationMetrics.RocAuc([.. rows.Select(row => entities.Labels[row] == 1)], [.. rows.Select(row => (double)predictions[row][0])]);
            Assert.Equal(report.Representations[0].Folds[fold], area, 1e-9);
        }
    }

    [Fact]
    public void Run_BreaksTheMetricDown()
    {
        RepresentationResult result = Run(TestEntity.Generate(_ml, 300), nameof(TestEntity.Fold)).Representations[0];

        Assert.Equal(300, result.Breakdown.Where(slice => slice.Field == "number of events").Sum(slice => slice.Entities));
        Assert.Equal(["0", "1", "2", "3"], result.Breakdown.Where(slice => slice.Field == nameof(TestEntity.Fold)).Select(slice => slice.Value));
        Assert.All(result.Breakdown, slice => Assert.InRange(slice.Metric, slice.Interval!.Low, slice.Interval.High));
    }

    [Fact]
    public void Run_OfAnUnknownBreakdownSaysWhichColumnsThereAre() =>
        Assert.Contains("There is no column 'nothing'", Assert.Throws<ArgumentException>(() => Run(TestEntity.Generate(_ml, 300), "nothing")).Message, StringComparison.Ordinal);

    [Fact]
    public void Fingerprint_IsThatOfTheData()
    {
        string? first = Run(TestEntity.Generate(_ml, 300)).DataFingerprint;

        Assert.Matches("^[0-9a-f]{16}$", first);
        Assert.Equal(first, Run(TestEntity.Generate(_ml, 300)).DataFingerprint);
        Assert.NotEqual(first, Run(TestEntity.Generate(_ml, 300, seed: 2)).DataFingerprint);
    }

    [Fact]
    public void Run_SaysWhatItRanOn()
    {
        EvaluationReport report = Run(TestEntity.Generate(_ml, 300));

        Assert.Equal(["Microsoft.ML", "Microsoft.ML.LightGbm", "Microsoft.ML.Llm4Es", "TorchSharp"], report.Environment!.Packages.Keys);
        Assert.Equal("cpu", report.Environment.Device);
        Assert.All([report.Representations[0].PeakBytes!.Fit, report.Representations[0].PeakBytes!.Embed, report.Representations[0].PeakBytes!.Classify], bytes => Assert.InRange(bytes, 10_000_000, long.MaxValue));
    }

    [Fact]
    public void TrainingLog_MeansStepsAndBeginsAnew()
    {
        var log = new TrainingLog();
        for (int step = 1; step <= 250; step++) log.Report(Step(step, loss: step));
        log.Report(Step(251, double.NaN));

        IReadOnlyList<TrainingPoint> curve = log.TakeCurve();

        Assert.Equal(84, curve.Count);
        Assert.Equal(new TrainingPoint(30, 2, null), curve[0]);
        Assert.Equal(2500, curve[^1].Tokens);
        Assert.Empty(log.TakeCurve());
    }

    private static TrainingProgress Step(int step, double loss) => new(step, 251, 1, loss, 1e-3, 1, 10 * step, 100, TimeSpan.Zero, TimeSpan.Zero, null, 0, 0);

    private EvaluationReport Run(IDataView entities, params string[] breakdowns)
    {
        var options = new DownstreamEvaluationOptions
        {
            Label = nameof(TestEntity.Label),
            Breakdowns = breakdowns,
            BootstrapSamples = 50,
            Classifier = new LightGbmOptions { Trees = 20, Threads = 1, MinRowsPerLeaf = 10, LearningRate = 0.1 },
        };
        Representation categories = new("categories", _ml.Transforms.AggregateEvents("C", new AggregateEventsOptions { Fields = [nameof(TestEntity.Category)] }), "C");
        return new DownstreamEvaluation(_ml, options).Run(entities, [categories], cancellation: TestContext.Current.CancellationToken);
    }
}
