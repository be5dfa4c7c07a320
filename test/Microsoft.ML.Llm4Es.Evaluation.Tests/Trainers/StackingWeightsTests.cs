using CsCheck;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

/// <summary>How much each view counts in a blend, by what it predicts for rows that it has not learned from.</summary>
public sealed class StackingWeightsTests
{
    private const double PriorRows = 80;

    private static readonly Gen<HeldOutPredictions[]> Views =
        from seed in Gen.Int[0, 10_000]
        from rows in Gen.Int[20, 200]
        from views in Gen.Int[1, 6]
        from classes in Gen.Int[2, 4]
        select Draw(seed, rows, views, classes);

    [Fact]
    public void Of_GivesSharesAndNoneToWhatGainsNothing() => Views.Sample(views =>
    {
        double[] shares = StackingWeights.Of(views);

        Assert.Equal(1, shares.Sum(), 1e-9);
        Assert.All(shares, share => Assert.InRange(share, 0, 1));
        if (views.Any(view => view.Gain > 0)) Assert.All(shares.Zip(views), pair => Assert.Equal(0, pair.Second.Gain > 0 ? 0 : pair.First));
    }, iter: 200);

    [Fact]
    public void Of_FindsTheBestOfAllShares() => Gen.Select(Views, Gen.Double[0.01, 1].Array[6], Gen.Double[0.001, 1]).Sample((views, other, step) =>
    {
        HeldOutPredictions[] gaining = [.. views.Where(view => view.Gain > 0)];
        if (gaining.Length < 2) return;
        double[] shares = StackingWeights.Of(gaining);
        double sum = other.Take(gaining.Length).Sum();
        double[] moved = [.. shares.Select((share, i) => (1 - step) * share + step * other[i] / sum)];

        Assert.True(Loss(gaining, shares) <= Loss(gaining, moved) + 1e-6, $"{Loss(gaining, shares)} by {string.Join(' ', shares)}, {Loss(gaining, moved)} by {string.Join(' ', moved)}");
    }, iter: 200);

    [Fact]
    public void Of_DoesNotDependOnTheOrder() => Views.Sample(views =>
    {
        double[] shares = StackingWeights.Of(views), reversed = StackingWeights.Of([.. views.Reverse()]);

        Assert.Equal(shares, reversed.Reverse(), (a, b) => Math.Abs(a - b) < 1e-3);
    }, iter: 100);

    [Fact]
    public void Of_ViewsThatPredictTheSameGivesTheSame()
    {
        HeldOutPredictions view = Draw(seed: 1, rows: 100, views: 1, classes: 2)[0];

        Assert.All(StackingWeights.Of([view, view, view, view]), share => Assert.Equal(0.25, share, 1e-6));
    }

    [Fact]
    public void Of_FewRowsStaysNearTheGainsAndOfManyFollowsThem()
    {
        // The second view knows what the first does, and is half as sure: it gains, and adds nothing.
        static double First(int rows)
        {
            int[] classes = [.. Enumerable.Range(0, rows).Select(row => row % 10 < 5 ? row % 5 == 0 ? 1 : 0 : row % 5 == 0 ? 0 : 1)];
            double[][] Predictions(double p) => [.. Enumerable.Range(0, rows).Select(row => row % 10 < 5 ? Logs(p, 1 - p) : Logs(1 - p, p))];
            return StackingWeights.Of([new(classes, Predictions(0.8)), new(classes, Predictions(2.0 / 3))])[0];
        }

        double gains = Gain(0.8) / (Gain(0.8) + Gain(2.0 / 3));
        Assert.Equal(gains, First(10), 0.02);
        Assert.InRange(First(1_000), gains + 0.05, 0.9);
        Assert.InRange(First(100_000), 0.95, 1);
    }

    [Fact]
    public void Of_NothingThatGainsGivesAllTheSame()
    {
        HeldOutPredictions even = new([0, 1, 0, 1], [.. Enumerable.Repeat(Logs(0.5, 0.5), 4)]);

        Assert.Equal([0.5, 0.5], StackingWeights.Of([even, even]));
        Assert.Equal([0.5, 0.5], StackingWeights.Of([null, null]));
    }

    [Fact]
    public void Gain_LeavesOutRowsWithoutAClass()
    {
        HeldOutPredictions known = new([0, 1, 1, 1], [Logs(0.8, 0.2), Logs(0.3, 0.7), Logs(0.1, 0.9), Logs(0.2, 0.8)]);
        HeldOutPredictions withOthers = new([0, -1, 1, 1, 1, -1], [Logs(0.8, 0.2), Logs(0.99, 0.01), .. known.LogProbabilities[1..], Logs(0.01, 0.99)]);

        Assert.Equal(-(0.25 * Math.Log(0.25) + 0.75 * Math.Log(0.75)) + (Math.Log(0.8) + Math.Log(0.7) + Math.Log(0.9) + Math.Log(0.8)) / 4, known.Gain, 1e-12);
        Assert.Equal(known.Gain, withOthers.Gain, 1e-12);
        HeldOutPredictions other = known with { LogProbabilities = [Logs(0.9, 0.1), Logs(0.4, 0.6), Logs(0.1, 0.9), Logs(0.2, 0.8)] };
        Assert.Equal(StackingWeights.Of([known, other]), StackingWeights.Of([withOthers, withOthers with { LogProbabilities = [other.LogProbabilities[0], Logs(0.5, 0.5), .. other.LogProbabilities[1..], Logs(0.5, 0.5)] }]));
    }

    private static double Gain(double p) => Math.Log(2) + 0.8 * Math.Log(p) + 0.2 * Math.Log(1 - p);

    private static double[] Logs(params double[] probabilities) => Array.ConvertAll(probabilities, Math.Log);

    /// <summary>What shares are chosen by: the mean log-loss of the normalised mean, and how far they are from the gains.</summary>
    private static double Loss(HeldOutPredictions[] views, double[] shares)
    {
        double gains = views.Sum(view => view.Gain);
        double Row(int row)
        {
            double[] mean = [.. Enumerable.Range(0, views[0].LogProbabilities[row].Length).Select(c => Math.Exp(shares.Select((share, i) => share * views[i].LogProbabilities[row][c]).Sum()))];
            return -Math.Log(mean[views[0].Classes[row]] / mean.Sum());
        }

        return views[0].Known.Average(Row) + PriorRows / views[0].Known.Count() * shares.Select((share, i) => share == 0 ? 0 : share * Math.Log(share / (views[i].Gain / gains))).Sum();
    }

    private static HeldOutPredictions[] Draw(int seed, int rows, int views, int classes)
    {
        var random = new Random(seed);
        int[] actual = [.. Enumerable.Range(0, rows).Select(row => row < classes ? row : random.Next(classes))];
        return [.. Enumerable.Range(0, views).Select(_ =>
        {
            double knowledge = random.NextDouble() * 2;
            return new HeldOutPredictions(actual, [.. actual.Select(c => Logs(Softmax([.. Enumerable.Range(0, classes).Select(i => (i == c ? knowledge : 0) + random.NextDouble() * 2)])))]);
        })];
    }

    private static double[] Softmax(double[] scores)
    {
        double sum = scores.Sum(Math.Exp);
        return Array.ConvertAll(scores, score => Math.Exp(score) / sum);
    }
}
