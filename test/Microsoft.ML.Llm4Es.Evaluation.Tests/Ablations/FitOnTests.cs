using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class FitOnTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(1, 40)]
    [InlineData(0.25, 10)]
    [InlineData(0.001, 1)]
    public void FitOnShare_FitsOnAShareAndTransformsAll(double share, int expected)
    {
        IDataView rows = Rows(40);

        Assert.Equal(expected, Seen(rows, share, seed: 3).Count);
        ITransformer model = _ml.Transforms.FitOnShare(_ml.Transforms.NormalizeMinMax("Scaled", nameof(Row.Number)), share).Fit(rows);
        Assert.Equal(40, model.Transform(rows).GetColumn<float>("Scaled").Count());
    }

    [Fact]
    public void FitOnShare_OfALargerShareHoldsTheSmallerOne()
    {
        IDataView rows = Rows(40);

        Assert.Superset(Seen(rows, 0.2, seed: 3), Seen(rows, 0.5, seed: 3));
        Assert.Equal(Seen(rows, 0.5, seed: 3), Seen(rows, 0.5, seed: 3));
        Assert.NotEqual(Seen(rows, 0.5, seed: 4), Seen(rows, 0.5, seed: 3));
    }

    [Fact]
    public void FitOnRows_FitsOnOtherRows()
    {
        ITransformer model = _ml.Transforms.FitOnRows(_ml.Transforms.NormalizeMinMax("Scaled", nameof(Row.Number)), Rows(11)).Fit(Rows(3));

        // The largest number of the other rows is 10.
        Assert.Equal([0f, 0.1f, 0.2f], model.Transform(Rows(3)).GetColumn<float>("Scaled"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void FitOnShare_OutsideOfItsRangeIsRefused(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.FitOnShare(_ml.Transforms.NormalizeMinMax("Scaled", nameof(Row.Number)), share));

    private IDataView Rows(int count) => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row { Number = i }).ToArray());

    private HashSet<float> Seen(IDataView rows, double share, int seed)
    {
        HashSet<float> seen = [];
        IEstimator<ITransformer> recording = new FitOnEstimator(_ml.Transforms.CopyColumns("Copy", nameof(Row.Number)), fitted =>
        {
            seen = [.. fitted.GetColumn<float>(nameof(Row.Number))];
            return fitted;
        });
        _ml.Transforms.FitOnShare(recording, share, seed).Fit(rows);
        return seen;
    }

    private sealed class Row
    {
        public float Number { get; set; }
    }
}
