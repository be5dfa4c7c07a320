namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class AblationTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Run_ComparesEachVariantWithTheFirstOnTheSameFolds()
    {
        AblationReport report = Run(_ => [new("nothing", Nothing()), new("amounts", Amounts())]);

        Assert.Equal(("test", "Label", "AUC", 300), (report.Name, report.Label, report.Metric, report.Entities));
        Assert.Equal(["nothing", "amounts"], report.Variants.Select(variant => variant.Name));
        Assert.NotNull(report.Environment);
        Assert.NotNull(report.Started);
        Assert.NotEmpty(report.DataFingerprint!);
        Assert.Null(report.Variants[0].Difference);
        Assert.InRange(report.Variants[1].Mean, 0.99, 1);
        Assert.Equal(("amounts", "nothing"), (report.Variants[1].Difference!.First, report.Variants[1].Difference!.Second));
        Assert.Equal(report.Variants[1].Mean - 0.5, report.Variants[1].Difference!.Mean, 1e-12);
    }

    [Fact]
    public void Run_MakesNoIntervalsThatNobodyIsShown() => Assert.Equal(0, Run(_ => [new("nothing", Nothing())]).Protocol!.BootstrapSamples);

    [Fact]
    public void Run_MakesTheVariantsOnceForEachSeed()
    {
        var seeds = new List<int>();

        AblationReport report = Run(seed =>
        {
            seeds.Add(seed);
            return [new("by seed", seed == 7 ? Nothing() : Amounts())];
        });

        Assert.Equal([7, 8], seeds);
        AblationResult variant = Assert.Single(report.Variants);
        Assert.Equal([0.5, 0.5, 0.5, 0.5, 0.5], variant.Seeds[0]);
        Assert.InRange(variant.Seeds[1].Average(), 0.99, 1);
        Assert.Equal((0.5 + variant.Seeds[1].Average()) / 2, variant.Mean, 1e-12);
    }

    [Fact]
    public void Run_FitsARepresentationThatVariantsShareOnceASeed()
    {
        int fits = 0;
        IEstimator<ITransformer> counting = new FitOnEstimator(Estimator("Category"), rows =>
        {
            fits++;
            return rows;
        });

        AblationReport report = Run(_ =>
        {
            var shared = new Representation("shared", counting, "Category Features");
            return [new("all", shared), new("first", shared) { Select = vector => vector[..1] }, new("few labels", shared) { LabelledShare = 0.05 }];
        });

        Assert.Equal(2, fits);
        // The first of the aggregates is the number of events, which tells nothing of the label; the others do.
        Assert.InRange(report.Variants[0].Mean, 0.75, 1);
        Assert.InRange(report.Variants[1].Mean, 0.3, 0.7);
        Assert.True(report.Variants[2].Mean < report.Variants[0].Mean);
    }

    [Fact]
    public void Run_TellsOfWhichSeedAStepIs()
    {
        var steps = new Steps();

        Run(_ => [new("nothing", Nothing())], steps);

        Assert.Equal(["nothing, seed 7", "nothing, seed 8"], steps.Seen.Select(step => step.Representation).Distinct());
    }

    [Fact]
    public void Run_OfVariantsThatCannotBeToldApartSaysSo()
    {
        Assert.Contains("There is no variant", Assert.Throws<ArgumentException>(() => Run(_ => [])).Message, StringComparison.Ordinal);
        Assert.Contains("Two variants are called 'a'", Assert.Throws<ArgumentException>(() => Run(_ => [new("a", Nothing()), new("a", Amounts())])).Message, StringComparison.Ordinal);
        Assert.Contains("those of another one b8", Assert.Throws<ArgumentException>(() => Run(seed => [new($"b{seed}", Nothing())])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_RefuseWhatCannotBeRun()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AblationVariant("a", Nothing()) { LabelledShare = 0 });
        Assert.Throws<ArgumentException>(() => new AblationOptions { Name = "a", Evaluation = Evaluation(), Seeds = [] });
        Assert.Throws<ArgumentException>(() => new AblationOptions { Name = "a", Evaluation = Evaluation(), Seeds = [1, 1] });
    }

    private static DownstreamEvaluationOptions Evaluation() => new()
    {
        Label = nameof(TestEntity.Label),
        Classifier = new LightGbmOptions { Trees = 30, Threads = 1, MinRowsPerLeaf = 10, LearningRate = 0.1 },
    };

    private Representation Nothing() => new("nothing", TestRepresentations.Constant(_ml, "N"), "N");

    private Representation Amounts() => new("amounts", Estimator("Amount"), "Amount Features");

    private AggregateEventsEstimator Estimator(string field) => _ml.Transforms.AggregateEvents($"{field} Features", new AggregateEventsOptions { Fields = [field] });

    private AblationReport Run(Func<int, IReadOnlyList<AblationVariant>> variants, IProgress<EvaluationProgress>? progress = null) =>
        new Ablation(_ml, new AblationOptions { Name = "test", Evaluation = Evaluation(), Seeds = [7, 8] })
            .Run(TestEntity.Generate(_ml, 300), variants, progress, TestContext.Current.CancellationToken);

    private sealed class Steps : IProgress<EvaluationProgress>
    {
        public List<EvaluationProgress> Seen { get; } = [];

        public void Report(EvaluationProgress value) => Seen.Add(value);
    }
}
