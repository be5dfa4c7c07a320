using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>An ablation's report as one HTML page.</summary>
internal static class AblationPage
{
    /// <summary>With shares that differ more than this, the small ones would all lie at the left end.</summary>
    private const double LargestLinearRange = 8;

    /// <summary>More bands than this hide each other.</summary>
    private const int MostBands = 2;

    public static string Write(AblationReport report) => HtmlPage.Write(AblationText.Title(report), Body(report));

    private static IEnumerable<XElement> Body(AblationReport report)
    {
        yield return new XElement("h1", AblationText.Title(report));
        foreach (string warning in report.Warnings)
            yield return new XElement("p", new XAttribute("class", "warning"), new XAttribute("role", "note"), new XElement("strong", "Warning: "), warning);
        yield return new XElement("div", new XAttribute("class", "card"), AblationText.Results(report).ToElement());
        yield return new XElement("div", new XAttribute("class", "charts"), Charts(report));
        yield return RunSection.Create(report, AblationText.Protocol(report));
    }

    private static IEnumerable<XElement> Charts(AblationReport report)
    {
        string[] lines = [.. report.Variants.Where(variant => variant.Position is not null).Select(variant => variant.Line).Distinct()];
        if (lines.Length > 0) yield return Lines(report, lines);
        yield return Means(report, lines);
        if (report.Variants.Count > 1) yield return Differences(report);
    }

    private static XElement Lines(AblationReport report, string[] lines)
    {
        AblationResult[] placed = [.. report.Variants.Where(variant => variant.Position is not null).OrderBy(variant => variant.Position)];
        LineSeries[] series = [.. lines.Select(line => Series(line, [.. placed.Where(variant => variant.Line == line)], lines.Length <= MostBands))];
        double[] positions = [.. placed.Select(variant => variant.Position!.Value)];
        AxisScale x = positions.Min() > 0 && positions.Max() / positions.Min() > LargestLinearRange ? AxisScale.Logarithmic(positions) : AxisScale.Holding(positions);
        AblationResult first = report.Variants[0];
        LineSeries[] level = first.Position is null ? [new(first.Name, [(positions.Min(), first.Mean), (positions.Max(), first.Mean)]) { IsReference = true }] : [];
        var text = new ChartText(
            $"{report.Metric} by {report.PositionName}",
            string.Join("; ", placed.Select(variant => $"{variant.Name} {ReportText.Number(variant.Mean)}")),
            "Mean over seeds and test folds." + (series[0].Band.Count > 0 ? " Band: standard deviation over folds." : "") + (level.Length > 0 ? $" Grey: {first.Name}." : ""));
        LineSeries[] all = [.. level, .. series];
        AxisScale y = AxisScale.Holding([.. all.SelectMany(line => line.Points.Select(point => point.Y)), .. all.SelectMany(line => line.Band.SelectMany(at => new[] { at.Low, at.High }))]);
        return LineChart.Draw(text, new ChartAxis(report.PositionName, x), new ChartAxis(report.Metric, y), all);
    }

    private static LineSeries Series(string line, AblationResult[] variants, bool hasBand) => new(line, [.. variants.Select(variant => (variant.Position!.Value, variant.Mean))])
    {
        Band = hasBand ? [.. variants.Select(variant => (variant.Position!.Value, variant.Mean - variant.FoldStd, variant.Mean + variant.FoldStd))] : [],
        Markers = [3.5],
    };

    private static XElement Means(AblationReport report, string[] lines)
    {
        IntervalRow[] rows =
        [
            .. report.Variants.Select(variant => new IntervalRow(variant.Name, variant.Mean, variant.Mean - variant.FoldStd, variant.Mean + variant.FoldStd)
            {
                Points = [.. variant.Seeds.Select(folds => folds.Average())],
                Colour = Math.Max(0, Array.IndexOf(lines, variant.Line)),
            }),
        ];
        var text = new ChartText(
            $"{report.Metric} on test folds",
            string.Join("; ", rows.Select(row => $"{row.Name} {ReportText.Number(row.Value)}, {ReportText.Range(row.Low, row.High)}")),
            "Mean over seeds and folds (filled), standard deviation over folds (line) and means of seeds (rings). Higher is better.");
        AxisScale scale = AxisScale.Holding(rows.SelectMany(row => (double[])[row.Low, row.High, .. row.Points]));
        return IntervalChart.Draw(text, new ChartAxis(report.Metric, scale), rows);
    }

    private static XElement Differences(AblationReport report)
    {
        string first = report.Variants[0].Name;
        IntervalRow[] rows =
        [
            .. report.Variants.Select(variant => variant.Difference).OfType<RepresentationDifference>()
                .Select(difference => new IntervalRow(difference.First, difference.Mean, difference.Low, difference.High) { Colour = 0 }),
        ];
        var text = new ChartText(
            $"Differences to {first}",
            string.Join("; ", rows.Select(row => $"{row.Name} {ReportText.Number(row.Value)}, {ReportText.Range(row.Low, row.High)}")),
            "Mean over folds and its 95 % interval by the corrected resampled t-test. An interval that holds 0 may be chance.");
        AxisScale scale = AxisScale.Holding([0, .. rows.SelectMany(row => (double[])[row.Low, row.High])], 4);
        return IntervalChart.Draw(text, new ChartAxis($"difference in {report.Metric}", scale), rows, reference: 0);
    }
}
