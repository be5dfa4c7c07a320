using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class ChartTests
{
    private static readonly ChartAxis Axis = new("share", AxisScale.Unit);
    private static readonly ChartText Text = new("A <script>", "falls & rises");

    [Fact]
    public void LineChart_DrawsALineABandAndMarkers()
    {
        var series = new LineSeries("a", [(0, 0), (0.5, 0.8), (1, 1)]) { Band = [(0, 0, 0.1), (1, 0.9, 1)], Markers = [3] };

        XElement figure = LineChart.Draw(Text, Axis, Axis, [series, new LineSeries("", [(0, 0), (1, 1)]) { IsReference = true }]);

        Assert.Equal(["reference", "band s0", "line s0 d0"], figure.Descendants("path").Select(path => path.Attribute("class")!.Value));
        Assert.Equal(3, figure.Descendants("circle").Count());
        Assert.Equal("a", Assert.Single(figure.Descendants("li")).Value);
    }

    [Fact]
    public void LineChart_ThinsALineOfManyPoints()
    {
        var series = new LineSeries("a", [.. Enumerable.Range(0, 100_001).Select(i => (i / 100_000.0, i / 100_000.0))]);

        string path = LineChart.Draw(Text, Axis, Axis, [series]).Descendants("path").Single().Attribute("d")!.Value;

        Assert.InRange(path.Count(c => c == 'L'), 100, 800);
    }

    [Fact]
    public void EveryChart_HasATitleADescriptionAndEscapedText()
    {
        XElement[] figures =
        [
            LineChart.Draw(Text, Axis, Axis, [new LineSeries("<script>", [(0, 0), (1, 1)])]),
            ScatterChart.Draw(Text, Axis, Axis, [new ScatterPoint(0.5, 0.5, "s0")]),
            IntervalChart.Draw(Text, Axis, [new IntervalRow("<script>", 0.5, 0.4, 0.6)], reference: 0.5),
            BarChart.Draw(Text, "s", ["fit", "embed"], [new BarRow("<script>", [1, 2], "3 s")]),
        ];

        Assert.All(figures, figure =>
        {
            XElement drawing = figure.Element("svg")!;
            Assert.Equal(("img", "A <script>", "falls & rises"), (drawing.Attribute("role")!.Value, drawing.Element("title")!.Value, drawing.Element("desc")!.Value));
            Assert.DoesNotContain("<script", figure.ToString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void BarChart_LaysPartsEndToEnd()
    {
        XElement[] bars = [.. BarChart.Draw(Text, "s", ["fit", "embed"], [new BarRow("a", [1, 2], "3 s")]).Descendants("rect")];

        double At(int bar, string name) => double.Parse(bars[bar].Attribute(name)!.Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(At(0, "x") + At(0, "width"), At(1, "x"), 0.11);
        Assert.Equal(2 * At(0, "width"), At(1, "width"), 0.2);
    }
}
