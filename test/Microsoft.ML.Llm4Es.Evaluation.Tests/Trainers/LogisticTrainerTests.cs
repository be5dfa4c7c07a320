using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

/// <summary>Logistic regression whose regularisation is chosen by held-out rows.</summary>
public sealed class LogisticTrainerTests : DrawnRows
{
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
        ITransformer fitted = Trainer("logistic").Fit(Ml.Data.LoadFromEnumerable(rows));
        Row<bool>[] farther = [.. rows.Select(row => new Row<bool> { Label = row.Label, Features = Array.ConvertAll(row.Features, value => 9 * value) })];

        Assert.Equal(Scores(fitted.Transform(Ml.Data.LoadFromEnumerable(rows))), Scores(fitted.Transform(Ml.Data.LoadFromEnumerable(farther))), (a, b) => Math.Abs(a - b) < 1e-3);
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
        IDataView rows = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new Row<bool> { Label = i < 2, Features = [.. Enumerable.Range(0, Width).Select(k => (float)((i * 7 + k) % 5))] }));

        Assert.Equal(30, Scores(Trainer("logistic").Fit(rows).Transform(rows)).Length);
    }

    [Fact]
    public void Logistic_OfOneRareClassAmongMoreStillLearnsTheOthers()
    {
        IDataView Keys(int seed, int rare)
        {
            IEnumerable<Row<string>> rows = Draw(300, seed, 0.5).Select((row, i) => new Row<string> { Features = row.Features, Label = i < rare ? "c" : row.Signal < 0 ? "a" : "b" });
            IDataView view = Ml.Data.LoadFromEnumerable(rows.Append(new Row<string> { Features = new float[Width], Label = "c" }).ToArray());
            return Ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(view).Transform(view);
        }

        IDataView scored = Trainer("logistic").Fit(Keys(seed: 1, rare: 1)).Transform(Keys(seed: 2, rare: 0));

        // With the strongest regularisation, which stands where nothing can be told, probabilities would hardly differ from the classes' shares.
        Assert.InRange(Ml.MulticlassClassification.Evaluate(scored).MicroAccuracy, 0.85, 1);
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
}
