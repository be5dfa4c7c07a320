using Microsoft.ML.Llm4Es.Evaluation;
using Spectre.Console;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>The trials of an experiment as a table on the console, the best first, and what the best reaches where it was not chosen.</summary>
internal static class TrialTable
{
    private const int MostRows = 10;

    public static void Write(ExperimentResult result, TextWriter output)
    {
        ResultTable.Write(Create(result), output);
        TrialResult[] failed = [.. result.Trials.Where(trial => trial.Error is not null)];
        if (failed.Length > 0) output.WriteLine($"{failed.Length} trials failed; trial {failed[0].Trial}: {failed[0].Error}");
        string interval = result.HeldOut.Interval is { } between ? ResultTable.Invariant($" (95 % interval {between.Low:F4} to {between.High:F4})") : "";
        output.WriteLine(ResultTable.Invariant($"Trial {result.BestTrial.Trial} on the held-out fold {result.HeldOut.Fold}, {result.HeldOut.Entities:N0} entities: {result.Metric} {result.HeldOut.Score:F4}{interval}"));
    }

    private static Table Create(ExperimentResult result)
    {
        var table = new Table().Title(ResultTable.Invariant($"{result.Metric} on the folds of the choice, {result.Trials.Count} trials").EscapeMarkup());
        foreach (string name in new[] { "trial", "mean ± sd", "seconds" }) table.AddColumn(new TableColumn(name).RightAligned());
        table.AddColumn("settings");
        string[][] parts = [.. result.Trials.Select(trial => trial.Describe().Select(setting => setting.Value).ToArray())];
        // What all trials have in common tells nothing.
        int[] searched = [.. Enumerable.Range(0, parts[0].Length).Where(part => parts.Select(ofTrial => ofTrial[part]).Distinct().Skip(1).Any())];
        foreach ((TrialResult trial, string[] settings) in result.Trials.Zip(parts).Where(pair => pair.First.Error is null).OrderByDescending(pair => pair.First.Score).Take(MostRows))
        {
            table.AddRow(
                ResultTable.Invariant($"{trial.Trial}"),
                ResultTable.Invariant($"{trial.Score:F4} ± {trial.Metrics[0].Std:F4}"),
                ResultTable.Invariant($"{trial.Seconds.Fit + trial.Seconds.Embed + trial.Seconds.Classify:F1}"),
                string.Join(", ", searched.Select(part => settings[part])).EscapeMarkup());
        }

        return table;
    }
}
