using System.Globalization;
using Microsoft.ML.Llm4Es.Evaluation;
using Spectre.Console;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>A report as a table on the console.</summary>
internal static class ResultTable
{
    /// <summary>Narrower than this, the columns would be broken; where the output is no terminal, its width is not known.</summary>
    private const int MinimumWidth = 120;

    public static void Write(EvaluationReport report, TextWriter output) => Write(Create(report), output);

    public static void Write(AblationReport report, TextWriter output) => Write(Create(report), output);

    public static void Write(Table table, TextWriter output)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = Math.Max(console.Profile.Width, MinimumWidth);
        console.Write(table);
    }

    private static Table Create(EvaluationReport report)
    {
        var table = new Table().Title(Invariant($"{report.Metric} of '{report.Label}', {report.Entities:N0} entities, {report.Events:N0} events").EscapeMarkup());
        table.AddColumn("representation");
        foreach (string name in new[] { "mean ± sd", "folds", "fit s", "embed s", "classify s" }) table.AddColumn(new TableColumn(name).RightAligned());
        foreach (RepresentationResult result in report.Representations)
        {
            table.AddRow(
                result.Name.EscapeMarkup(),
                Invariant($"{result.Mean:F4} ± {result.Std:F4}"),
                string.Join(" ", result.Folds.Select(fold => Invariant($"{fold:F4}"))),
                Invariant($"{result.Seconds.Fit:F1}"),
                Invariant($"{result.Seconds.Embed:F1}"),
                Invariant($"{result.Seconds.Classify:F1}"));
        }

        return table;
    }

    private static Table Create(AblationReport report)
    {
        var table = new Table().Title(Invariant($"{report.Name}: {report.Metric} of '{report.Label}', {report.Entities:N0} entities, {report.Events:N0} events").EscapeMarkup());
        table.AddColumn("variant");
        foreach (string name in new[] { "mean ± sd of folds", "sd of seeds", $"less {report.Variants[0].Name}", "95 % interval", "p", "fit s", "embed s" })
            table.AddColumn(new TableColumn(name.EscapeMarkup()).RightAligned());
        foreach (AblationResult variant in report.Variants)
        {
            table.AddRow(
                variant.Name.EscapeMarkup(),
                Invariant($"{variant.Mean:F4} ± {variant.FoldStd:F4}"),
                Invariant($"{variant.SeedStd:F4}"),
                Invariant($"{variant.Difference?.Mean:+0.0000;-0.0000;0.0000}"),
                variant.Difference is { } difference ? Invariant($"{difference.Low:F4} to {difference.High:F4}") : "",
                Invariant($"{variant.Difference?.PValue:F4}"),
                Invariant($"{variant.Seconds.Fit:F1}"),
                Invariant($"{variant.Seconds.Embed:F1}"));
        }

        return table;
    }

    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
