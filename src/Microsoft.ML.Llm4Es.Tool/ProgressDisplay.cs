using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Llm4Es.Evaluation;
using Microsoft.ML.Runtime;
using Spectre.Console;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>Shows how far an evaluation is: one line that changes on a terminal, plain lines elsewhere.</summary>
internal sealed class ProgressDisplay : IProgress<EvaluationProgress>, IProgress<ExperimentProgress>
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    private readonly Action<string> _show;
    private readonly TimeSpan _pause;
    private (string Representation, EvaluationStage Stage)? _shown;
    private long _shownAt;

    private ProgressDisplay(Action<string> show, TimeSpan pause)
    {
        _show = show;
        _pause = pause;
    }

    public static T Show<T>(TextWriter output, Func<ProgressDisplay, T> work)
    {
        bool isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        return isTerminal
            ? AnsiConsole.Status().Start("Starting", context => work(new ProgressDisplay(text => context.Status(text.EscapeMarkup()), TimeSpan.Zero)))
            : work(new ProgressDisplay(output.WriteLine, BetweenLines));
    }

    /// <summary>Shows a new stage and its end at once, each fold, and what else is between now and then.</summary>
    public void Report(EvaluationProgress value)
    {
        (string, EvaluationStage) current = (value.Representation, value.Stage);
        bool isDue = _shown != current || value.Done == value.Total || value.Stage == EvaluationStage.Classify || Stopwatch.GetElapsedTime(_shownAt) >= _pause;
        if (!isDue) return;

        _shown = current;
        _shownAt = Stopwatch.GetTimestamp();
        _show(Text(value));
    }

    /// <summary>Shows the steps of a trial as those of an evaluation, and each trial that is finished.</summary>
    public void Report(ExperimentProgress value)
    {
        if (value.Step is { } step) Report(step);
        if (value.Trial is not { } trial) return;

        string result = trial.Error is { } error ? $"failed: {error}" : string.Create(CultureInfo.InvariantCulture, $"{trial.Score:F4}");
        string best = value.BestTrial is { } first ? string.Create(CultureInfo.InvariantCulture, $", the best so far {first.Score:F4} of trial {first.Trial}") : "";
        _show($"trial {trial.Trial}: {result} ({value.FinishedTrials} of {value.TotalTrials} done{best})");
    }

    /// <summary>Shows what ML.NET's log says of training the language model or CoLES, a line every few seconds.</summary>
    public void ReportTraining(LoggingEventArgs message)
    {
        if (message.Kind != ChannelMessageKind.Info) return;
        if (message.Source.Contains("Fine-tuning", StringComparison.Ordinal)) _show($"{EvaluateSettings.Llm4Es}: {message.RawMessage}");
        if (message.Source.Contains("Training CoLES", StringComparison.Ordinal)) _show($"{EvaluateSettings.Coles}: {message.RawMessage}");
    }

    private static string Text(EvaluationProgress value) => value.Stage switch
    {
        EvaluationStage.Fit => $"{value.Representation}: fitting on {value.Total:N0} entities",
        EvaluationStage.Embed => $"{value.Representation}: {value.Done:N0} of {value.Total:N0} entities embedded",
        _ => $"{value.Representation}: {value.Done} of {value.Total} folds classified",
    };
}
