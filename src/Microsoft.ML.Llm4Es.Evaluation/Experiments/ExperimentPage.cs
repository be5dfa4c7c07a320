using System.Globalization;
using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What an experiment found, as one HTML page: its trials, the best one, and what each setting gave.</summary>
internal static class ExperimentPage
{
    /// <summary>The axis of trials ends at a multiple, so that its ticks are whole.</summary>
    private const int RoundTrials = 5;

    /// <param name="result">What was found.</param>
    /// <param name="run">The evaluation's label, data and protocol, without representations.</param>
    public static string Write(ExperimentResult result, EvaluationReport run) => HtmlPage.Write(Title(result, run), Body(result, run).OfType<XElement>());

    private static string Title(ExperimentResult result, EvaluationReport run) =>
        string.Create(CultureInfo.InvariantCulture, $"Experiment: {result.Metric} of '{run.Label}', {result.Trials.Count} trials");

    private static IEnumerable<XElement?> Body(ExperimentResult result, EvaluationReport run)
    {
        TrialResult[] ranked = [.. TrialResult.Ranked(result.Trials)];
        return
        [
            new XElement("h1", Title(result, run)),
            new XElement("p", new XAttribute("class", "lead"), Finding(result)),
            .. result.Warnings.Select(warning => new XElement("p", new XAttribute("class", "warning"), new XAttribute("role", "note"), new XElement("strong", "Warning: "), warning)),
            new XElement("h2", "Trials"),
            new XElement("div", new XAttribute("class", "card"), Table(ranked).ToElement()),
            new XElement("div", new XAttribute("class", "charts"), Course(result)),
            .. result.Trials.Where(trial => trial.Error is not null).Select(trial => new XElement("p", new XAttribute("class", "muted"), $"Trial {trial.Trial} failed: {trial.Error}")),
            ReportSection.OfCharts("What each setting gave", "Trials differ in the other settings too, so that a difference here may be theirs, or chance.", Settings(result, ranked)),
            RunSection.Create(run, Protocol(result, run)),
        ];
    }

    private static string Finding(ExperimentResult result)
    {
        HeldOutEstimate test = result.HeldOut;
        string interval = test.Interval is { } between ? $" (95 % interval {ReportText.Range(between.Low, between.High)})" : "";
        return $"Trial {result.BestTrial.Trial} is the best on the folds of the choice, with {result.Metric} {Score(result.BestTrial)}. " +
            $"On the {ReportText.Count(test.Entities)} entities of fold {test.Fold}, which had no part in the choice, it reaches {ReportText.Number(test.Score)}{interval}: the figure to report.";
    }

    private static IEnumerable<string> Protocol(ExperimentResult result, EvaluationReport run)
    {
        yield return $"Trials are compared by cross-validation on all folds but fold {result.HeldOut.Fold}; the best is then trained on those and tested on that one. The saved pipeline is fitted on all entities.";
        if (result.End is ExperimentEnd.TimeBudget) yield return "The time was up before all trials were run.";
        foreach (string sentence in ReportText.Protocol(run)) yield return sentence;
    }

    /// <summary>The score of each trial, and the best until then.</summary>
    private static XElement Course(ExperimentResult result)
    {
        (double Number, TrialResult Trial)[] shown = [.. result.Trials.Select((trial, i) => (i + 1.0, trial)).Where(pair => double.IsFinite(pair.trial.Score))];
        var best = new List<(double, double)>();
        foreach ((double number, TrialResult trial) in shown)
        {
            double before = best.Count == 0 ? trial.Score : best[^1].Item2;
            best.Add((number, before));
            best.Add((number, Math.Max(before, trial.Score)));
        }

        best.Add((result.Trials.Count, best[^1].Item2));
        var text = new ChartText(
            $"{result.Metric} trial by trial",
            $"The best of {shown.Length} trials has {ReportText.Number(result.BestTrial.Score)}, the median one {ReportText.Number(shown.Select(pair => pair.Trial.Score).Order().ElementAt(shown.Length / 2))}.",
            "Each dot is a trial, in the order in which they were run; the dotted line is the best so far.");
        return ScatterChart.Draw(
            text,
            new ChartAxis("trial", AxisScale.Holding([0, RoundTrials * Math.Ceiling(result.Trials.Count / (double)RoundTrials)])),
            new ChartAxis(result.Metric, AxisScale.Holding(shown.Select(pair => pair.Trial.Score))),
            shown.Select(pair => new ScatterPoint(pair.Number, pair.Trial.Score, ChartStyle.Colour(0))),
            lines: [new LineSeries("best so far", best)]);
    }

    private static HtmlTable Table(TrialResult[] ranked)
    {
        string[] searched = Searched(ranked);
        return new HtmlTable(
            "Mean and standard deviation over the folds of the choice, the best first",
            ["trial", "mean ± sd", "seconds", .. searched],
            [
                .. ranked.Select(trial => (string[])
                [
                    trial.Trial.ToString(CultureInfo.InvariantCulture),
                    Score(trial),
                    ReportText.Seconds(trial.Seconds.Fit + trial.Seconds.Embed + trial.Seconds.Classify),
                    .. searched.Select(name => Setting(trial, name)),
                ]),
            ]);
    }

    /// <summary>A chart for each setting that was searched: the mean over the trials with each of its values.</summary>
    private static IEnumerable<XElement> Settings(ExperimentResult result, TrialResult[] ranked) => Searched(ranked).Select(name =>
    {
        IntervalRow[] rows =
        [
            .. ranked.GroupBy(trial => Setting(trial, name)).Select(same => new IntervalRow(same.Key, same.Average(trial => trial.Score), same.Min(trial => trial.Score), same.Max(trial => trial.Score))
            {
                Colour = 0,
                Points = [.. same.Select(trial => trial.Score)],
            }).OrderByDescending(row => row.Value),
        ];
        var text = new ChartText(
            $"By {name}",
            string.Join("; ", rows.Select(row => $"{row.Name}: mean {ReportText.Number(row.Value)} of {row.Points.Count}, {ReportText.Range(row.Low, row.High)}")),
            "Mean (filled) and range of the trials (rings).");
        return IntervalChart.Draw(text, new ChartAxis(result.Metric, AxisScale.Holding(rows.SelectMany(row => row.Points))), rows);
    });

    /// <summary>The names of the settings that differ between trials; what all have in common tells nothing.</summary>
    private static string[] Searched(TrialResult[] trials) =>
        [.. trials.SelectMany(trial => trial.Describe()).GroupBy(setting => setting.Key).Where(same => same.Select(setting => setting.Value).Distinct().Skip(1).Any()).Select(same => same.Key)];

    private static string Setting(TrialResult trial, string name) => trial.Describe().First(setting => setting.Key == name).Value;

    private static string Score(TrialResult trial) => ReportText.MeanAndDeviation(trial.Score, trial.Metrics[0].Std);
}
