using System.Globalization;
using CsCheck;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tests.Textification;

public sealed class NumberFieldTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(3.219, "3.22")]
    [InlineData(12.34, "12.3")]
    [InlineData(12345.6, "12346")]
    [InlineData(-0.01239, "-0.0124")]
    [InlineData(9.999, "10")]
    [InlineData(0.99961, "1")]
    [InlineData(100, "100")]
    [InlineData(0.001, "0.001")]
    [InlineData(1.5e-12, "0")]
    [InlineData(-1e-12, "0")]
    [InlineData(0, "0")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(-1.5e20, "-150000000000000000000")]
    [InlineData(double.NaN, "")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void Number_KeepsThreeSignificantDigitsButWholeUnits(double value, string expected) => Assert.Equal([expected], Write([value], decimals: null));

    [Theory]
    [InlineData(3.14159, 2, "3.14")]
    [InlineData(2.5, 0, "2")]
    [InlineData(3.5, 0, "4")]
    [InlineData(-0.4, 0, "0")]
    [InlineData(7.10, 2, "7.1")]
    [InlineData(7.001, 2, "7")]
    [InlineData(1234.5, 9, "1234.5")]
    [InlineData(12345678.25, 9, "12345678.25")]
    [InlineData(1e300, 2, "1000000000000000052504760255204420248704468581108159")]
    public void Number_RoundsToDecimals(double value, int decimals, string expected) =>
        Assert.StartsWith(expected, Write([value], decimals).Single(), StringComparison.Ordinal);

    [Fact]
    public void Number_IsWithinHalfOfItsLastDecimal() =>
        Gen.Double[-1e6, 1e6].Array[1, 30].Select(Gen.Int[0, 9]).Sample((values, decimals) =>
        {
            double half = 0.5 * Math.Pow(10, -decimals);
            Assert.All(values.Zip(Write(values, decimals)), pair =>
            {
                decimal written = decimal.Parse(pair.Second, CultureInfo.InvariantCulture);
                Assert.True(Math.Abs((double)written - pair.First) <= half + 1e-9, $"{pair.First:R} with {decimals} decimals became {pair.Second}");
                Assert.DoesNotContain("-0,", pair.Second + ",", StringComparison.Ordinal);
            });
        }, iter: 300, threads: 1);

    [Fact]
    public void Number_WritesTheSameInEveryCulture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Assert.Equal(["-1.5", "-10000000000000000"], Write([-1.5, -1e16], decimals: 2));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10)]
    public void Number_RefusesDecimalsOutOfRange(int decimals) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EventField.Number("Amount", decimals: decimals));

    private IEnumerable<string> Write(double[] values, int? decimals)
    {
        IDataView rows = _ml.Data.LoadFromEnumerable([new { Amount = values }]);
        var options = new TextifyEventsOptions { Fields = [EventField.Number("Amount", decimals: decimals)] };
        string text = _ml.Transforms.TextifyEvents("Text", options).Fit(rows).Transform(rows).GetColumn<string>("Text").Single();
        return EventTable.Parse(text).Events.Select(values => values[0]);
    }
}
