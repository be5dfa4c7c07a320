namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

/// <summary>What an evaluation has the blend learn from: joined vectors each alone and together, and pieces of a language model's token embeddings beside its whole vector.</summary>
public sealed class BlendedPartsTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Run_OfJoinedVectorsPredictsTheMeanOfEachAndBoth()
    {
        IReadOnlyList<RepresentationResult> results = Run(TrainerKind.Blend, [Vector("first", "Mean", "Last"), Vector("second", "Count"), Vector("together", "Mean", "Last", "Count")],
            "first", "second", "together", "first+second");

        AssertIsMean(results[3], results[0], results[1], results[2]);
    }

    [Fact]
    public void Run_OfJoinedVectorsOfMoreClassesPredictsTheMeanOfLogProbabilities()
    {
        IReadOnlyList<RepresentationResult> results = RunOf(nameof(TestEntity.Group), TrainerKind.Blend, [Vector("first", "Mean", "Last"), Vector("second", "Count"), Vector("together", "Mean", "Last", "Count")],
            "first", "second", "together", "first+second");

        for (int row = 0; row < results[3].Predictions!.Count; row++)
        {
            double[] means = [.. Enumerable.Range(0, 3).Select(c => Math.Pow(results.Take(3).Aggregate(1.0, (product, result) => product * result.Predictions![row][c]), 1.0 / 3))];
            for (int c = 0; c < means.Length; c++) Assert.Equal(means[c] / means.Sum(), results[3].Predictions![row][c], 1e-4);
        }
    }

    [Fact]
    public void Run_OfJoinedVectorsDoesNotDependOnWhatElseIsCompared()
    {
        Representation[] representations = [Vector("first", "Mean", "Last"), Vector("second", "Count")];

        IReadOnlyList<RepresentationResult> alone = Run(TrainerKind.Blend, representations, "first+second"), among = Run(TrainerKind.Blend, representations, "first", "second", "first+second");

        for (int row = 0; row < alone[0].Predictions!.Count; row++) Assert.Equal(alone[0].Predictions![row].ToArray(), among[2].Predictions![row].ToArray());
        // What was known already is counted in what it takes.
        Assert.True(among[2].Seconds.Classify >= among[0].Seconds.Classify + among[1].Seconds.Classify - 0.01);
    }

    [Fact]
    public void Run_PredictsFromPiecesOfTokenEmbeddingsBesideTheWholeVector()
    {
        IReadOnlyList<RepresentationResult> results = Run(TrainerKind.Blend,
            [Vector("llm", "mean.h1-2.0=Count", "mean.h0.0=Mean", "mean.h0.1=Last"), Vector("first", "Mean"), Vector("second", "Last"), Vector("both", "Mean", "Last"), Vector("whole", "Count", "Mean", "Last")],
            "first", "second", "both", "whole", "llm");

        AssertIsWithin(results[4], results[0], results[1], results[2], results[3]);
    }

    [Fact]
    public void Run_JoinsTheViewsOfALanguageModelWithOthers()
    {
        IReadOnlyList<RepresentationResult> results = Run(TrainerKind.Blend,
            [
                Vector("before", "Count"), Vector("llm", "mean.h1-2.0=First", "mean.h0.0=Mean", "mean.h0.1=Last"), Vector("together", "Count", "First", "Mean", "Last"),
            ],
            "before", "llm", "together", "before+llm");

        // Each of the two that are joined counts as much as both together.
        AssertIsMean(results[3], results[0], results[1], results[2]);
    }

    [Theory]
    [InlineData("mean.h1-4.0=Mean", "mean.h10.0=Last")]
    [InlineData("h0=Mean", "amount.h0=Last")]
    public void Run_OfOtherVectorsPredictsFromTheWholeAlone(string first, string second)
    {
        IReadOnlyList<RepresentationResult> results = Run(TrainerKind.Blend, [Vector("named", first, second), Vector("plain", "Mean", "Last")], "named", "plain");

        AssertIsMean(results[0], results[1]);
    }

    [Theory]
    [InlineData(TrainerKind.LightGbm)]
    [InlineData(TrainerKind.Logistic)]
    public void Run_WithOneTrainerPredictsFromTheJoinedVectorAlone(TrainerKind kind)
    {
        IReadOnlyList<RepresentationResult> results = Run(kind, [Vector("first", "mean.h0.0=Mean", "mean.h1-2.0=Last"), Vector("second", "Count"), Vector("together", "Mean", "Last", "Count")],
            "together", "first+second");

        AssertIsMean(results[1], results[0]);
    }

    private IReadOnlyList<RepresentationResult> Run(TrainerKind kind, Representation[] representations, params string[] compared) => RunOf(nameof(TestEntity.Label), kind, representations, compared);

    private IReadOnlyList<RepresentationResult> RunOf(string label, TrainerKind kind, Representation[] representations, params string[] compared)
    {
        var options = new DownstreamEvaluationOptions
        {
            Label = label,
            TrainerKind = kind,
            Classifier = new LightGbmOptions { Trees = 20, Threads = 1, MinRowsPerLeaf = 10, LearningRate = 0.1 },
            BootstrapSamples = 0,
        };
        return new DownstreamEvaluation(_ml, options).Run(TestEntity.Generate(_ml, 200), representations, compared, cancellation: TestContext.Current.CancellationToken).Representations;
    }

    /// <summary>The named numbers of an entity's amounts as a vector; before an equals sign stands the name that the slot has instead.</summary>
    private Representation Vector(string name, params string[] slots)
    {
        string[][] pairs = [.. slots.Select(slot => slot.Split('='))];
        IEstimator<ITransformer> numbers = _ml.Transforms.CustomMapping<Amounts, Numbers>(Summarize, contractName: null);
        foreach (string[] pair in pairs.Where(pair => pair.Length == 2)) numbers = numbers.Append(_ml.Transforms.CopyColumns(pair[0], pair[1]));
        return new Representation(name, numbers.Append(_ml.Transforms.Concatenate("Vector", [.. pairs.Select(pair => pair[0])])), "Vector");
    }

    private static void Summarize(Amounts events, Numbers numbers) =>
        (numbers.Mean, numbers.First, numbers.Last, numbers.Count) = (events.Amount.Average() % 1, events.Amount[1], events.Amount[^1] % 1.5f, events.Amount.Length + events.Amount[0]);

    private static void AssertIsMean(RepresentationResult blend, params RepresentationResult[] alone)
    {
        for (int row = 0; row < blend.Predictions!.Count; row++)
            Assert.Equal(alone.Average(result => LogOdds(result, row)), LogOdds(blend, row), 1e-3);
    }

    /// <summary>A mean with shares that are not known: between the least and the most of each row, and not one of them alone.</summary>
    private static void AssertIsWithin(RepresentationResult blend, params RepresentationResult[] alone)
    {
        for (int row = 0; row < blend.Predictions!.Count; row++)
            Assert.InRange(LogOdds(blend, row), alone.Min(result => LogOdds(result, row)) - 1e-3, alone.Max(result => LogOdds(result, row)) + 1e-3);
        Assert.All(alone, result => Assert.Contains(Enumerable.Range(0, blend.Predictions.Count), row => Math.Abs(LogOdds(blend, row) - LogOdds(result, row)) > 0.1));
    }

    private static double LogOdds(RepresentationResult result, int row) => result.Predictions![row][0];

    private sealed class Amounts
    {
        public float[] Amount { get; set; } = [];
    }

    private sealed class Numbers
    {
        public float Mean { get; set; }

        public float First { get; set; }

        public float Last { get; set; }

        public float Count { get; set; }
    }
}
