using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.Conformance;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

/// <summary>Logistic regression with chosen regularisation, and its blend with LightGBM.</summary>
public sealed class TrainerTests
{
    private const int Width = 8;

    private static readonly LightGbmOptions FewTrees = new() { Trees = 100, LearningRate = 0.1, Threads = 1 };

    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string> Kinds => ["logistic", "blend"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_OfTwoClassesRanksThem(string kind)
    {
        IDataView scored = Trainer(kind).Fit(Rows<bool>(300, seed: 1)).Transform(Rows<bool>(300, seed: 2));

        CalibratedBinaryClassificationMetrics metrics = _ml.BinaryClassification.Evaluate(scored);
        Assert.InRange(metrics.AreaUnderRocCurve, 0.9, 1);
        Assert.InRange(metrics.LogLossReduction, 0.3, 1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_OfMoreClassesGivesProbabilitiesAndNames(string kind)
    {
        ITransformer names = _ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(Trainer(kind).Fit(Keys(300, seed: 1)).Transform(Keys(300, seed: 1)));
        IDataView scored = Trainer(kind).Fit(Keys(300, seed: 1)).Transform(Keys(300, seed: 2));

        Assert.InRange(_ml.MulticlassClassification.Evaluate(scored).MacroAccuracy, 0.75, 1);
        Assert.All(scored.GetColumn<float[]>("Score"), scores => Assert.Equal(1, scores.Sum(), 1e-4));
        float[][] all = [.. scored.GetColumn<float[]>("Score")];
        Assert.Equal(all.Select(scores => $"class {Array.IndexOf(scores, scores.Max())}"), names.Transform(scored).GetColumn<string>("PredictedLabel"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_GivesTheColumnsThatTheSchemaTellsOf(string kind)
    {
        foreach (IDataView rows in new[] { Rows<bool>(100, seed: 1), Keys(100, seed: 1) })
        {
            SchemaShape told = Trainer(kind).GetOutputSchema(SchemaShapes.Of(rows.Schema));

            Assert.Equal(SchemaShapes.Describe(SchemaShapes.Of(Trainer(kind).Fit(rows).GetOutputSchema(rows.Schema))).Order(), SchemaShapes.Describe(told).Order());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Save_KeepsWhatIsPredicted(string kind)
    {
        foreach (IDataView rows in new[] { Rows<bool>(100, seed: 1), Keys(100, seed: 1) })
        {
            ITransformer fitted = Trainer(kind).Fit(rows);
            using var stream = new MemoryStream();
            _ml.Model.Save(fitted, rows.Schema, stream);
            stream.Position = 0;

            // As someone without this library would: nothing of it is registered in the context.
            ITransformer loaded = new MLContext().Model.Load(stream, out _);

            Assert.Equal(Scores(fitted.Transform(rows)), Scores(loaded.Transform(rows)));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_OfTheSameRowsGivesTheSameModel(string kind) =>
        Assert.Equal(Scores(Trainer(kind).Fit(Rows<bool>(200, seed: 1)).Transform(Rows<bool>(50, seed: 2))), Scores(Trainer(kind).Fit(Rows<bool>(200, seed: 1)).Transform(Rows<bool>(50, seed: 2))));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_OfANumberSaysWhatIsExpected(string kind) =>
        Assert.Contains("a boolean, or a key", Assert.Throws<ArgumentException>(() => Trainer(kind).Fit(Rows<float>(20, seed: 1))).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_WithoutTheLabelNamesTheColumns(string kind)
    {
        IDataView rows = _ml.Transforms.DropColumns("Label").Fit(Rows<bool>(20, seed: 1)).Transform(Rows<bool>(20, seed: 1));

        Assert.Contains("no label column 'Label'. Columns: Features", Assert.Throws<ArgumentException>(() => Trainer(kind).Fit(rows)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_WithoutTheFeaturesNamesTheColumns(string kind)
    {
        IDataView rows = _ml.Transforms.DropColumns("Features").Fit(Rows<bool>(20, seed: 1)).Transform(Rows<bool>(20, seed: 1));

        Assert.Contains("no feature column 'Features'. Columns: Label", Assert.Throws<ArgumentException>(() => Trainer(kind).Fit(rows)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_OfFeaturesThatAreNoVectorSaysWhatIsExpected(string kind)
    {
        IDataView rows = _ml.Transforms.CopyColumns("Features", "Label").Fit(Rows<bool>(20, seed: 1)).Transform(Rows<bool>(20, seed: 1));

        Assert.Contains("'Features' are Boolean; a vector of floats is expected", Assert.Throws<ArgumentException>(() => Trainer(kind).Fit(rows)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Blend_IsTheMeanOfBothLogOddsWithTheLineTwice()
    {
        IDataView train = Rows<bool>(200, seed: 1), test = Rows<bool>(50, seed: 2);
        float[] trees = Scores(LightGbmTrainers.Binary(_ml, FewTrees, 200).Fit(train).Transform(test));
        float[] line = Scores(Trainer("logistic").Fit(train).Transform(test));

        IDataView blended = Trainer("blend").Fit(train).Transform(test);

        Assert.Equal(trees.Zip(line, (a, b) => (a + 2 * b) / 3), Scores(blended), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(Scores(blended).Select(score => 1 / (1 + MathF.Exp(-score))), blended.GetColumn<float>("Probability"), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(Scores(blended).Select(score => score > 0), blended.GetColumn<bool>("PredictedLabel"));
    }

    [Fact]
    public void Blend_OfGroupsOfOneViewIsTheMeanOfTheirBlends()
    {
        float[][] alone = [.. new[] { 0..3, 3..Width, 0..Width }.Select(view => Scores(Trainer("blend").Fit(Rows<bool>(200, seed: 1, view: view)).Transform(Rows<bool>(50, seed: 2, view: view))))];

        IDataView blended = Views([0..3], [3..], [Range.All]).Fit(Rows<bool>(200, seed: 1)).Transform(Rows<bool>(50, seed: 2));

        Assert.Equal(alone[0].Zip(alone[1], alone[2]).Select(s => (s.First + s.Second + s.Third) / 3), Scores(blended), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.DoesNotContain(blended.Schema, column => column.Name.Contains("Blended", StringComparison.Ordinal) || column.Name.Length > "Score".Length && column.Name.Contains("Score", StringComparison.Ordinal));
    }

    [Fact]
    public void Blend_WithinAGroupCountsAViewByWhatItGains()
    {
        float[] two = Scores(Views([0..2]).Fit(Rows<bool>(300, seed: 1)).Transform(Rows<bool>(50, seed: 2)));
        float[] one = Scores(Views([2..3]).Fit(Rows<bool>(300, seed: 1)).Transform(Rows<bool>(50, seed: 2)));

        float[] blended = Scores(Views([0..2, 2..3]).Fit(Rows<bool>(300, seed: 1)).Transform(Rows<bool>(50, seed: 2)));

        // Two of the three values that the label depends on gain more than the third, which gains something.
        double[] shares = [.. Enumerable.Range(0, blended.Length).Where(row => Math.Abs(two[row] - one[row]) > 0.5).Select(row => (blended[row] - (double)one[row]) / (two[row] - one[row]))];
        Assert.NotEmpty(shares);
        Assert.InRange(shares[0], 0.6, 0.95);
        Assert.All(shares, share => Assert.Equal(shares[0], share, 1e-3));
    }

    [Fact]
    public void Blend_WithinAGroupLeavesOutAViewThatTellsNothing() => Assert.Equal(
        Scores(Views([0..3]).Fit(Rows<bool>(300, seed: 1)).Transform(Rows<bool>(50, seed: 2))),
        Scores(Views([0..3, 4..6]).Fit(Rows<bool>(300, seed: 1)).Transform(Rows<bool>(50, seed: 2))));

    [Fact]
    public void Blend_OfAViewThatCountsForLittleLearnsALineAlone()
    {
        IDataView View(Range view, int seed) => Rows<bool>(1_000, seed, noise: 0.05, view: view);
        float[] Line(Range view) => Scores(Trainer("logistic").Fit(View(view, seed: 1)).Transform(View(view, seed: 2)));
        float[] all = Line(0..3), one = Line(2..3), without = Scores(Views([0..3]).Fit(View(.., seed: 1)).Transform(View(.., seed: 2)));

        float[] blended = Scores(Views([0..3, 0..3, 0..3, 2..3]).Fit(View(.., seed: 1)).Transform(View(.., seed: 2)));

        // The view of one value counts for less beside three that are alike. Of the line, which is two thirds, some is its instead; of the trees nothing.
        double[] shares = [.. Enumerable.Range(0, all.Length).Where(row => Math.Abs(one[row] - all[row]) > 0.5).Select(row => 1.5 * (blended[row] - (double)without[row]) / (one[row] - all[row]))];
        Assert.InRange(shares[0], 0.001, 0.05);
        Assert.All(shares, share => Assert.Equal(shares[0], share, 1e-3));
    }

    [Fact]
    public void Blend_WithoutHeldOutRowsCountsAllViewsTheSame()
    {
        // With one regularisation there is nothing to choose, and no fold is held out.
        float[] Blended(params IReadOnlyList<Range>[] views) => Scores(new BlendedTrainer(_ml, options: new() { LightGbm = FewTrees, Logistic = new() { L2 = [1] }, Views = views })
            .Fit(Rows<bool>(300, seed: 1)).Transform(Rows<bool>(50, seed: 2)));

        Assert.Equal(Blended([0..3]).Zip(Blended([4..6]), (a, b) => (a + b) / 2), Blended([0..3, 4..6]), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Blend_OfViewsOfMoreClassesIsTheMeanOfTheirLogProbabilities()
    {
        float[][] first = Classes(Trainer("blend").Fit(Keys(300, seed: 1, view: 0..2)).Transform(Keys(50, seed: 2, view: 0..2)));
        float[][] whole = Classes(Trainer("blend").Fit(Keys(300, seed: 1)).Transform(Keys(50, seed: 2)));

        float[][] blended = Classes(Views([0..2], [Range.All]).Fit(Keys(300, seed: 1)).Transform(Keys(50, seed: 2)));

        for (int row = 0; row < blended.Length; row++)
        {
            double[] means = [.. first[row].Zip(whole[row], (a, b) => Math.Sqrt((double)a * b))];
            Assert.Equal(means.Select(mean => (float)(mean / means.Sum())), blended[row], (a, b) => Math.Abs(a - b) < 1e-4);
        }
    }

    [Fact]
    public void Blend_OfMoreClassesLeavesOutAViewThatTellsNothing() => Assert.Equal(
        Scores(Views([0..3]).Fit(Keys(300, seed: 1)).Transform(Keys(50, seed: 2))),
        Scores(Views([0..3, 4..6]).Fit(Keys(300, seed: 1)).Transform(Keys(50, seed: 2))));

    [Fact]
    public void Blend_OfViewsIsSavedWhole()
    {
        foreach (IDataView rows in new[] { Rows<bool>(100, seed: 1), Keys(100, seed: 1) })
        {
            ITransformer fitted = Views([^2..], [Range.All, 1..^1]).Fit(rows);
            using var stream = new MemoryStream();
            _ml.Model.Save(fitted, rows.Schema, stream);
            stream.Position = 0;

            Assert.Equal(Scores(fitted.Transform(rows)), Scores(new MLContext().Model.Load(stream, out _).Transform(rows)));
        }
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(5, 3)]
    [InlineData(0, Width + 1)]
    public void Blend_RefusesAViewOutsideOfTheVector(int start, int end)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Views([start..end]).Fit(Rows<bool>(50, seed: 1)));

        Assert.Contains($"The view {start}..{end} holds no values, or is not within the {Width} values of 'Features'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Blend_RefusesAViewFromBeforeTheVector() =>
        Assert.Contains($"not within the {Width} values", Assert.Throws<ArgumentException>(() => Views([^(Width + 1)..]).Fit(Rows<bool>(50, seed: 1))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("mean.h1-2", "mean.h0")]
    [InlineData("Embedding.mean.h1-2", "Embedding.sublinearMean.h0")]
    [InlineData("amount: sum", "words: component ")]
    public void Blend_ByDefaultLearnsFromPiecesOfComponentsToo(string first, string component)
    {
        IDataView Named(int seed) => Rename(Rows<bool>(200, seed), [.. Enumerable.Range(0, Width).Select(i => i < 3 ? $"{first}.{i}" : $"{component}.{i - 3}")]);
        // The components, their halves, their quarters; five are too few for eighths.
        IReadOnlyList<Range> views = [3..8, 3..5, 5..8, 3..4, 4..5, 5..6, 6..8, Range.All];

        Assert.Equal(
            Scores(Views(views).Fit(Rows<bool>(200, seed: 1)).Transform(Rows<bool>(50, seed: 2))),
            Scores(Trainer("blend").Fit(Named(seed: 1)).Transform(Rows<bool>(50, seed: 2))));
    }

    [Theory]
    [InlineData("last.h2-4", new[] { 6, 0 }, new[] { 8, 6 })]
    [InlineData("Embedding.last.h4", new[] { 6, 0 }, new[] { 8, 6 })]
    [InlineData("mean.h2-4", new[] { 0 }, new[] { 8 })]
    [InlineData("last.amount", new[] { 0 }, new[] { 8 })]
    public void Blend_ByDefaultLearnsFromTheLastTokenApart(string end, int[] starts, int[] ends)
    {
        IDataView named = Rename(Rows<bool>(200, seed: 1), [.. Enumerable.Range(0, Width).Select(i => i < 6 ? $"mean.h1-4.{i}" : $"{end}.{i - 6}")]);

        Assert.Equal(
            Scores(Views([.. starts.Zip(ends, (first, last) => first..last)]).Fit(Rows<bool>(200, seed: 1)).Transform(Rows<bool>(50, seed: 2))),
            Scores(Trainer("blend").Fit(named).Transform(Rows<bool>(50, seed: 2))));
    }

    [Fact]
    public void Blend_ByDefaultLearnsOnceFromComponentsBeforeTheLastToken()
    {
        IDataView named = Rename(Rows<bool>(200, seed: 1), [.. Enumerable.Range(0, Width).Select(i => i < 3 ? $"sublinearMean.h0.{i}" : $"last.h1-4.{i - 3}")]);

        Assert.Equal(
            Scores(Views([0..1, 1..3, 3..8, 0..3]).Fit(Rows<bool>(200, seed: 1)).Transform(Rows<bool>(50, seed: 2))),
            Scores(Trainer("blend").Fit(named).Transform(Rows<bool>(50, seed: 2))));
    }

    [Fact]
    public void Blend_ByDefaultLearnsFromTheWholeOfTheLastTokenAlone() => Assert.Equal(
        Scores(Views([Range.All]).Fit(Rows<bool>(100, seed: 1)).Transform(Rows<bool>(50, seed: 2))),
        Scores(Trainer("blend").Fit(Rename(Rows<bool>(100, seed: 1), [.. Enumerable.Range(0, Width).Select(i => $"last.h4.{i}")])).Transform(Rows<bool>(50, seed: 2))));

    [Fact]
    public void Blend_ByDefaultLearnsFromTheWholeOfOtherValues() => Assert.Equal(
        Scores(Views([Range.All]).Fit(Rows<bool>(100, seed: 1)).Transform(Rows<bool>(50, seed: 2))),
        Scores(Trainer("blend").Fit(Rename(Rows<bool>(100, seed: 1), [.. Enumerable.Range(0, Width).Select(i => $"mean.h10.{i}")])).Transform(Rows<bool>(50, seed: 2))));

    [Fact]
    public void Blend_OfAViewOfAllValuesIsTheWhole() => Assert.Equal(
        Scores(Views([Range.All]).Fit(Rows<bool>(100, seed: 1)).Transform(Rows<bool>(50, seed: 2))),
        Scores(Views([0..Width]).Fit(Rows<bool>(100, seed: 1)).Transform(Rows<bool>(50, seed: 2))));

    [Fact]
    public void Views_RefusesNone()
    {
        var options = new BlendedTrainerOptions();

        Assert.Throws<ArgumentException>(() => options.Views = []);
        Assert.Throws<ArgumentException>(() => options.Views = [[Range.All], []]);
        Assert.Throws<ArgumentNullException>(() => options.Views = [null!]);
    }

    [Fact]
    public void Logistic_DoesNotDependOnTheScaleOfAFeature()
    {
        float[] plain = Scores(Trainer("logistic").Fit(Rows<bool>(200, seed: 1)).Transform(Rows<bool>(50, seed: 2)));
        float[] scaled = Scores(Trainer("logistic").Fit(Rows<bool>(200, seed: 1, scale: 1024)).Transform(Rows<bool>(50, seed: 2, scale: 1024)));

        Assert.Equal(plain, scaled, (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact]
    public void Logistic_DoesNotDependOnHowFarARowIsFromTheMean()
    {
        // Each row and its opposite: the mean is 0.
        Row<bool>[] rows = [.. Draw(100, seed: 1, noise: 0.5).SelectMany(row => new[] { row.Signal, -row.Signal }.Select(signal =>
            new Row<bool> { Label = signal > 0, Features = Array.ConvertAll(row.Features, value => signal == row.Signal ? value : -value) }))];
        ITransformer fitted = Trainer("logistic").Fit(_ml.Data.LoadFromEnumerable(rows));
        Row<bool>[] farther = [.. rows.Select(row => new Row<bool> { Label = row.Label, Features = Array.ConvertAll(row.Features, value => 9 * value) })];

        Assert.Equal(Scores(fitted.Transform(_ml.Data.LoadFromEnumerable(rows))), Scores(fitted.Transform(_ml.Data.LoadFromEnumerable(farther))), (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact]
    public void Logistic_OfNoiseIsRegularizedMore()
    {
        IDataView test = Rows<bool>(300, seed: 2);
        float[] signal = Scores(Trainer("logistic").Fit(Rows<bool>(300, seed: 1)).Transform(test));
        float[] noise = Scores(Trainer("logistic").Fit(Rows<bool>(300, seed: 1, noise: 1e6)).Transform(test));

        Assert.InRange(noise.Max() - noise.Min(), 0, (signal.Max() - signal.Min()) / 5);
    }

    [Fact]
    public void Logistic_OfAClassWithFewerRowsThanFoldsStillLearns()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new Row<bool> { Label = i < 2, Features = [.. Enumerable.Range(0, Width).Select(k => (float)((i * 7 + k) % 5))] }));

        Assert.Equal(30, Scores(Trainer("logistic").Fit(rows).Transform(rows)).Length);
    }

    [Fact]
    public void Logistic_OfOneRareClassAmongMoreStillLearnsTheOthers()
    {
        IDataView Keys(int seed, int rare)
        {
            IEnumerable<Row<string>> rows = Draw(300, seed, 0.5).Select((row, i) => new Row<string> { Features = row.Features, Label = i < rare ? "c" : row.Signal < 0 ? "a" : "b" });
            IDataView view = _ml.Data.LoadFromEnumerable(rows.Append(new Row<string> { Features = new float[Width], Label = "c" }).ToArray());
            return _ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(view).Transform(view);
        }

        IDataView scored = Trainer("logistic").Fit(Keys(seed: 1, rare: 1)).Transform(Keys(seed: 2, rare: 0));

        // With the strongest regularisation, which stands where nothing can be told, probabilities would hardly differ from the classes' shares.
        Assert.InRange(_ml.MulticlassClassification.Evaluate(scored).MicroAccuracy, 0.85, 1);
        Assert.InRange(scored.GetColumn<float[]>("Score").Average(scores => scores.Max()), 0.75, 1);
    }

    [Fact]
    public void L2_RefusesWhatDoesNotFall()
    {
        var options = new LogisticTrainerOptions();

        Assert.Throws<ArgumentException>(() => options.L2 = []);
        Assert.Throws<ArgumentException>(() => options.L2 = [1, 10]);
        Assert.Throws<ArgumentException>(() => options.L2 = [10, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.FoldCount = 1);
    }

    private IEstimator<ITransformer> Trainer(string kind) => kind == "blend" ? new BlendedTrainer(_ml, options: new() { LightGbm = FewTrees }) : new LogisticTrainer(_ml);

    private BlendedTrainer Views(params IReadOnlyList<Range>[] views) => new(_ml, options: new() { LightGbm = FewTrees, Views = views });

    private static float[][] Classes(IDataView scored) => [.. scored.GetColumn<float[]>("Score")];

    private static float[] Scores(IDataView scored) => scored.Schema["Score"].Type is VectorDataViewType
        ? [.. scored.GetColumn<float[]>("Score").SelectMany(scores => scores)]
        : [.. scored.GetColumn<float>("Score")];

    /// <summary>Rows whose label depends on the sum of the first three features.</summary>
    private IDataView Rows<TLabel>(int count, int seed, float scale = 1, double noise = 0.5, Range? view = null) => Load(Draw(count, seed, noise)
        .Select(row => new Row<TLabel> { Features = Array.ConvertAll(row.Features, value => value * scale), Label = (TLabel)Convert.ChangeType(row.Signal > 0, typeof(TLabel), null) }), view);

    private IDataView Keys(int count, int seed, Range? view = null)
    {
        IDataView rows = Load(Draw(count, seed, 0.5)
            .Select(row => new Row<string> { Features = row.Features, Label = row.Signal < -1 ? "class 0" : row.Signal < 1 ? "class 1" : "class 2" }), view);
        return _ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(rows).Transform(rows);
    }

    /// <summary>The rows with some of their features.</summary>
    private IDataView Load<TLabel>(IEnumerable<Row<TLabel>> rows, Range? view)
    {
        Row<TLabel>[] some = [.. rows.Select(row => new Row<TLabel> { Label = row.Label, Features = row.Features[view ?? ..] })];
        var schema = SchemaDefinition.Create(typeof(Row<TLabel>));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, some[0].Features.Length);
        return _ml.Data.LoadFromEnumerable(some, schema);
    }

    /// <summary>The rows with names for the slots of their features.</summary>
    private IDataView Rename(IDataView rows, string[] names)
    {
        var schema = SchemaDefinition.Create(typeof(Row<bool>));
        schema["Features"].AddAnnotation("SlotNames", new VBuffer<ReadOnlyMemory<char>>(Width, Array.ConvertAll(names, name => name.AsMemory())), new VectorDataViewType(TextDataViewType.Instance, Width));
        return _ml.Data.LoadFromEnumerable([.. _ml.Data.CreateEnumerable<Row<bool>>(rows, reuseRowObject: false)], schema);
    }

    private static IEnumerable<(float[] Features, double Signal)> Draw(int count, int seed, double noise)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            float[] features = [.. Enumerable.Range(0, Width).Select(_ => (float)(random.NextDouble() * 4 - 2))];
            yield return (features, features[0] + features[1] + features[2] + noise * (random.NextDouble() * 4 - 2));
        }
    }

    private sealed class Row<TLabel>
    {
        [VectorType(Width)]
        public float[] Features { get; set; } = [];

        public TLabel Label { get; set; } = default!;
    }
}
