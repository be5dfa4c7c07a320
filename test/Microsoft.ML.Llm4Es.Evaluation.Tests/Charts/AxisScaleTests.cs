using CsCheck;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class AxisScaleTests
{
    [Fact]
    public void Holding_EndsAtRoundNumbers()
    {
        AxisScale scale = AxisScale.Holding([0.513, 0.742]);

        Assert.Equal(["0.50", "0.55", "0.60", "0.65", "0.70", "0.75"], scale.Ticks.Select(scale.Text));
        Assert.Equal((0, 1, 0.5), (scale.Place(0.5), scale.Place(0.75), Math.Round(scale.Place(0.625), 12)));
    }

    [Fact]
    public void Holding_HoldsEveryNumberBetweenAFewTicks() => Gen.Double[-1e6, 1e6].Array[1, 20].Sample(values =>
    {
        AxisScale scale = AxisScale.Holding(values);

        double slack = 1e-6 * (scale.High - scale.Low);
        return scale.Ticks.Count is >= 2 and <= 8 && scale.Low <= values.Min() + slack && scale.High >= values.Max() - slack
            && scale.Ticks.Zip(scale.Ticks.Skip(1)).All(pair => pair.First < pair.Second);
    });

    [Fact]
    public void Spanning_EndsAtTheNumbers()
    {
        AxisScale scale = AxisScale.Spanning([0, 2.1]);

        Assert.Equal((0, 2.1), (scale.Low, scale.High));
        Assert.Equal(["0.0", "0.5", "1.0", "1.5", "2.0"], scale.Ticks.Select(scale.Text));
    }

    [Fact]
    public void Holding_OfOneNumberHasALength() => Assert.InRange(AxisScale.Holding([0.7]).Place(0.7), 0.2, 0.8);

    [Fact]
    public void Holding_PassesOverWhatIsNotFinite() => Assert.Equal((0, 2), (AxisScale.Holding([0, 2, double.NaN]).Low, AxisScale.Holding([0, 2, double.NaN]).High));

    [Fact]
    public void Text_IsShortForLargeNumbers()
    {
        AxisScale scale = AxisScale.Holding([0, 2_000_000]);

        Assert.Equal(["0", "0.5M", "1M", "1.5M", "2M"], scale.Ticks.Select(scale.Text));
    }

    [Fact]
    public void Logarithmic_GivesEachFactorTheSameLength()
    {
        AxisScale scale = AxisScale.Logarithmic([1, 1000]);

        Assert.Equal([1, 10, 100, 1000], scale.Ticks);
        Assert.Equal(1 / 3.0, scale.Place(10), 1e-9);
    }
}
