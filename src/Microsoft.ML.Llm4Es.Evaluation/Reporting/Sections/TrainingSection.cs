using System.Globalization;
using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>How the loss of language models fell while they were trained.</summary>
internal static class TrainingSection
{
    public static XElement? Create(EvaluationReport report)
    {
        (RepresentationResult Result, int Colour)[] trained = [.. report.Representations.Select((result, i) => (result, i)).Where(pair => pair.result.Training.Count > 0)];
        // What is joined shows the training of its parts once more.
        (RepresentationResult Result, int Colour)[] alone = [.. trained.Where(pair => !pair.Result.Name.Contains('+', StringComparison.Ordinal))];
        return ReportSection.OfCharts("Training of the language model", "", (alone.Length > 0 ? alone : trained).Select(pair => Chart(pair.Result, pair.Colour)));
    }

    private static XElement Chart(RepresentationResult result, int colour)
    {
        LineSeries[] series =
        [
            .. result.Training.Select(curve => new LineSeries("training", [.. curve.Select(point => ((double)point.Tokens, point.Loss))]) { Colour = colour }),
            .. result.Training
                .Select(curve => new LineSeries("held-out entities", [.. curve.Where(point => point.ValidationLoss is not null).Select(point => ((double)point.Tokens, point.ValidationLoss!.Value))]) { Colour = colour + 1 })
                .Where(line => line.Points.Count > 0),
        ];
        (double X, double Y)[] all = [.. series.SelectMany(line => line.Points)];
        IReadOnlyList<TrainingPoint> first = result.Training[0];
        var text = new ChartText(
            result.Name,
            string.Create(CultureInfo.InvariantCulture, $"Loss of the language model by tokens trained on: from {first[0].Loss:F2} to {first[^1].Loss:F2} nats a token over {first[^1].Tokens:N0} tokens."),
            $"Mean cross-entropy of the next token{(result.Training.Count > 1 ? ", a line for each fold" : "")}. A curve that still falls at its end says that longer training may help.");
        var table = new HtmlTable("Loss in nats a token", ["tokens", "training", "held out"],
            [.. first.Where((_, i) => i % 10 == 0 || i == first.Count - 1).Select(point => (string[])[ReportText.Count(point.Tokens), ReportText.Number(point.Loss), point.ValidationLoss is { } loss ? ReportText.Number(loss) : ""])]);
        return LineChart.Draw(
            text, new ChartAxis("tokens trained on", AxisScale.Spanning([0, .. all.Select(point => point.X)])), new ChartAxis("loss, nats a token", AxisScale.Holding(all.Select(point => point.Y))), series, table);
    }
}
