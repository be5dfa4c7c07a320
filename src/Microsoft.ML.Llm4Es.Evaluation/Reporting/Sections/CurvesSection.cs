using System.Globalization;
using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>How well classes are told apart at every threshold, and whether probabilities can be believed. Of a number: what was predicted against what it is.</summary>
internal static class CurvesSection
{
    /// <summary>Bands of more lines than this hide one another.</summary>
    private const int MaxBands = 3;

    /// <summary>The share of fewer entities than this is mostly chance.</summary>
    private const int MinBinEntities = 10;

    /// <summary>Where the tables tell how high a curve is.</summary>
    private static readonly double[] Marks = [0.05, 0.1, 0.2, 0.5, 0.8];

    /// <summary>More points than this cannot be told apart.</summary>
    private const int MaxPoints = 1000;

    public static XElement? Create(EvaluationReport report) => ReportSection.OfCharts("Predictions", "", Charts(report));

    private static IEnumerable<XElement> Charts(EvaluationReport report)
    {
        if (report.Evaluated is { } entities && report.Representations.All(result => result.Predictions is not null))
        {
            if (entities.Classes.Count >= 2)
            {
                yield return Roc(report, entities);
                yield return PrecisionRecall(report, entities);
            }

            if (entities.Classes.Count == 0)
                foreach (RepresentationResult result in report.Representations) yield return Numbers(report, result, entities);
        }

        if (report.Representations.Any(result => result.Calibration.Count > 0)) yield return Calibration(report);
    }

    private static XElement Roc(EvaluationReport report, EvaluatedEntities entities)
    {
        bool isBinary = entities.Classes.Count == 2;
        string caption = isBinary
            ? $"{report.Label} = {entities.Classes[1]} is the positive class. Mean over test folds{Bands(report)}. The dotted line is chance."
            : $"Each class against the rest, mean over classes and test folds{Bands(report)}. The dotted line is chance.";
        return Curves(report, "ROC curve", caption, ["false positive rate", "true positive rate"], result => PredictionCurves.Roc(entities, result.Predictions!), [(0, 0), (1, 1)]);
    }

    private static XElement PrecisionRecall(EvaluationReport report, EvaluatedEntities entities)
    {
        bool isBinary = entities.Classes.Count == 2;
        // Chance is right as often as a class is there; the mean over all classes of that is one in so many.
        double share = isBinary ? entities.Labels.Count(label => label == 1) / (double)entities.Labels.Count : 1.0 / entities.Classes.Count;
        string caption = isBinary
            ? string.Create(CultureInfo.InvariantCulture, $"Mean over test folds{Bands(report)}. The dotted line is chance: {share:P1} are {report.Label} = {entities.Classes[1]}.")
            : $"Each class against the rest, mean over classes and test folds{Bands(report)}. The dotted line is chance: one in {entities.Classes.Count}.";
        return Curves(
            report, "Precision-recall curve", caption, ["recall", "precision"], result => PredictionCurves.PrecisionRecall(entities, result.Predictions!), [(0, share), (1, share)]);
    }

    private static string Bands(EvaluationReport report) => report.Representations.Count <= MaxBands ? ", with the range of the folds" : "";

    private static XElement Curves(
        EvaluationReport report, string title, string caption, string[] axes, Func<RepresentationResult, IReadOnlyList<MetricCurve>> curves, (double, double)[] chance)
    {
        var series = new List<LineSeries> { new("chance", chance) { IsReference = true } };
        var rows = new List<string[]>();
        foreach ((int colour, RepresentationResult result) in report.Representations.Index())
        {
            IReadOnlyList<MetricCurve> folds = curves(result);
            if (folds.Count == 0) continue;
            MetricCurve mean = MetricCurve.Mean(folds);
            series.Add(new LineSeries(result.Name, mean.Points) { Colour = colour, Band = report.Representations.Count <= MaxBands ? MetricCurve.Range(folds) : [] });
            rows.Add([result.Name, ReportText.Number(mean.Area), .. Marks.Select(x => ReportText.Number(mean.At(x)))]);
        }

        var text = new ChartText(title, $"{axes[1]} against {axes[0]}. Area under the curve: {string.Join("; ", rows.Select(row => $"{row[0]} {row[1]}"))}.", caption);
        var table = new HtmlTable($"{axes[1]} by {axes[0]}", ["representation", "area", .. Marks.Select(ReportText.Short)], rows);
        return LineChart.Draw(text, new ChartAxis(axes[0], AxisScale.Unit), new ChartAxis(axes[1], AxisScale.Unit), series, table);
    }

    private static XElement Calibration(EvaluationReport report)
    {
        bool isNumber = report.Evaluated?.Classes.Count == 0;
        bool isBinary = report.Evaluated?.Classes.Count != 0 && report.Evaluated?.Classes.Count <= 2;
        double all = report.Representations.Max(result => result.Calibration.Sum(bin => bin.Entities));
        (string Name, CalibrationBin[] Bins, int Colour)[] shown =
        [
            .. report.Representations.Select((result, i) => (result.Name, Bins: result.Calibration.Where(bin => bin.Entities >= MinBinEntities).ToArray(), i)).Where(line => line.Bins.Length > 0),
        ];
        LineSeries[] series =
        [
            .. shown.Select(line => new LineSeries(line.Name, [.. line.Bins.Select(bin => (bin.Predicted, bin.Observed))])
            {
                Colour = line.Colour,
                // Areas, not radii, are what the eye compares.
                Markers = [.. line.Bins.Select(bin => 2.2 + 6 * Math.Sqrt(bin.Entities / all))],
                Tips = [.. line.Bins.Select(bin => $"{line.Name}: predicted {ReportText.Number(bin.Predicted)}, observed {ReportText.Number(bin.Observed)}, {ReportText.Count(bin.Entities)} entities")],
            }),
        ];
        AxisScale scale = isNumber ? AxisScale.Holding(series.SelectMany(line => line.Points).SelectMany(point => (double[])[point.X, point.Y])) : AxisScale.Unit;
        string[] axes = isNumber ? [$"predicted {report.Label}", $"mean {report.Label}"]
            : isBinary ? ["predicted probability", "share that was so"]
            : ["probability of the predicted class", "share that was right"];
        var text = new ChartText(
            "Calibration",
            $"{axes[1]} against {axes[0]}. {string.Join(" ", series.Select(line => $"{line.Name}: {string.Join(", ", line.Points.Select(point => $"{ReportText.Short(point.X)} gives {ReportText.Short(point.Y)}"))}."))}",
            "On the dotted line predictions are what they say; above it they are too low. A dot is larger the more test entities it stands for; " +
            $"what is predicted of fewer than {MinBinEntities} is in the table only.");
        var table = new HtmlTable("Test predictions of all folds", ["representation", "predicted", "observed", "entities"],
            [.. report.Representations.SelectMany(result => result.Calibration.Select(bin => (string[])[result.Name, ReportText.Number(bin.Predicted), ReportText.Number(bin.Observed), ReportText.Count(bin.Entities)]))]);
        return LineChart.Draw(text, new ChartAxis(axes[0], scale), new ChartAxis(axes[1], scale),
            [new LineSeries("as predicted", [(scale.Low, scale.Low), (scale.High, scale.High)]) { IsReference = true }, .. series], table);
    }

    private static XElement Numbers(EvaluationReport report, RepresentationResult result, EvaluatedEntities entities)
    {
        int[] rows = EntityFeatures.Every(entities.Labels.Count, MaxPoints);
        int colour = report.Representations.ToList().IndexOf(result);
        AxisScale scale = AxisScale.Holding(rows.SelectMany(row => (double[])[entities.Labels[row], result.Predictions![row][0]]));
        string shown = rows.Length < entities.Labels.Count ? string.Create(CultureInfo.InvariantCulture, $"{rows.Length:N0} of {entities.Labels.Count:N0} test entities. ") : "";
        var text = new ChartText(
            result.Name,
            $"{report.Label} as predicted against what it is; {report.Metric} {ReportText.Number(result.Mean)}.",
            $"{shown}On the dotted line the prediction is right.");
        return ScatterChart.Draw(
            text, new ChartAxis(report.Label, scale), new ChartAxis($"predicted {report.Label}", scale),
            rows.Select(row => new ScatterPoint(entities.Labels[row], result.Predictions![row][0], ChartStyle.Colour(colour))),
            lines: [new LineSeries("right", [(scale.Low, scale.Low), (scale.High, scale.High)])]);
    }
}
