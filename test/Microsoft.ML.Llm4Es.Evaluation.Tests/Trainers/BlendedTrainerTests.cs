using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

/// <summary>LightGBM and logistic regression, of the whole vector and of its parts.</summary>
public sealed class BlendedTrainerTests : DrawnRows
{
    [Fact]
    public void Blend_IsTheMeanOfBothLogOddsWithTheLineTwice()
    {
        IDataView train = Rows<bool>(200, seed: 1), test = Rows<bool>(50, seed: 2);
        float[] trees = Scores(LightGbmTrainers.Binary(Ml, FewTrees, 200).Fit(train).Transform(test));
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
        float[] Blended(params IReadOnlyList<Range>[] views) => Scores(new BlendedTrainer(Ml, options: new() { LightGbm = FewTrees, Logistic = new() { L2 = [1] }, Views = views })
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
            Ml.Model.Save(fitted, rows.Schema, stream);
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

    private BlendedTrainer Views(params IReadOnlyList<Range>[] views) => new(Ml, options: new() { LightGbm = FewTrees, Views = views });

    /// <summary>The rows with names for the slots of their features.</summary>
    private IDataView Rename(IDataView rows, string[] names)
    {
        var schema = SchemaDefinition.Create(typeof(Row<bool>));
        schema["Features"].AddAnnotation("SlotNames", new VBuffer<ReadOnlyMemory<char>>(Width, Array.ConvertAll(names, name => name.AsMemory())), new VectorDataViewType(TextDataViewType.Instance, Width));
        return Ml.Data.LoadFromEnumerable([.. Ml.Data.CreateEnumerable<Row<bool>>(rows, reuseRowObject: false)], schema);
    }
}
