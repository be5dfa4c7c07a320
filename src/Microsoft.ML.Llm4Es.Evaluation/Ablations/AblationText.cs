using System.Globalization;
using System.Text;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>An ablation's report in words and numbers: what its page and its texts share, Markdown and CSV.</summary>
internal static class AblationText
{
    public static string Title(AblationReport report) =>
        string.Create(CultureInfo.InvariantCulture, $"{report.Name}: {report.Metric} of '{report.Label}', {report.Entities:N0} entities, {report.Events:N0} events");

    /// <summary>A row for each variant.</summary>
    public static HtmlTable Results(AblationReport report) => new(
        $"Mean over {Count(report.Seeds.Count, "seed")} and {Count(report.Variants[0].Folds.Count, "fold")}",
        ["variant", $"{report.Metric}, mean ± sd over folds", "sd over seeds", $"less {report.Variants[0].Name}", "95 % interval", "p", "fit s", "embed s"],
        [.. report.Variants.Select(Row)]);

    /// <summary>How it was done, a sentence each.</summary>
    public static IEnumerable<string> Protocol(AblationReport report)
    {
        yield return $"Each variant is made once for {(report.Seeds.Count == 1 ? "the seed" : "each of the seeds")} {string.Join(", ", report.Seeds)}; folds and classifier are the same for all.";
        foreach (string note in report.Notes) yield return note;
        var evaluation = new EvaluationReport(report.Label, report.Metric, report.Entities, report.Events, [])
        {
            Protocol = report.Protocol,
            Differences = [.. report.Variants.Select(variant => variant.Difference).OfType<RepresentationDifference>()],
        };
        foreach (string sentence in ReportText.Protocol(evaluation)) yield return sentence;
        yield return "Before folds are compared, the seeds of a variant are averaged. Seconds are a seed's; variants that share a fitted model each show all of its seconds.";
    }

    public static string Markdown(AblationReport report)
    {
        var text = new StringBuilder($"# {MarkdownReport.Escaped(Title(report))}\n\n");
        foreach (string warning in report.Warnings) text.Append($"> **Warning:** {MarkdownReport.Escaped(warning)}\n\n");
        HtmlTable table = Results(report);
        MarkdownReport.AppendRow(text, table.Head);
        MarkdownReport.AppendRow(text, Enumerable.Repeat("---", table.Head.Count));
        foreach (IReadOnlyList<string> row in table.Rows) MarkdownReport.AppendRow(text, row);
        text.Append('\n');
        MarkdownReport.AppendRun(text, report, Protocol(report));
        return text.ToString();
    }

    public static string Csv(AblationReport report)
    {
        var text = new StringBuilder("variant,seed,fold,value\n");
        foreach (AblationResult variant in report.Variants)
        {
            for (int seed = 0; seed < report.Seeds.Count; seed++)
            {
                for (int fold = 0; fold < variant.Seeds[seed].Count; fold++)
                    text.Append(CultureInfo.InvariantCulture, $"{CsvReport.Quoted(variant.Name)},{report.Seeds[seed]},{fold},{variant.Seeds[seed][fold]:R}\n");
            }
        }

        return text.ToString();
    }

    private static string[] Row(AblationResult variant) =>
    [
        variant.Name,
        ReportText.MeanAndDeviation(variant.Mean, variant.FoldStd),
        variant.SeedStd is { } deviation ? ReportText.Number(deviation) : "",
        .. variant.Difference is { } difference
            ? [ReportText.Number(difference.Mean), ReportText.Range(difference.Low, difference.High), ReportText.Probability(difference.PValue)]
            : new[] { "", "", "" },
        ReportText.Seconds(variant.Seconds.Fit),
        ReportText.Seconds(variant.Seconds.Embed),
    ];

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
