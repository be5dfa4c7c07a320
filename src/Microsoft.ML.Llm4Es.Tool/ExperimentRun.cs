using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>One run of the verb <c>experiment</c>.</summary>
internal sealed class ExperimentRun(ExperimentSettings settings, TextWriter output)
{
    private readonly MLContext _ml = new(settings.Seed);

    /// <returns>The exit code.</returns>
    public int Run(CancellationToken cancellation)
    {
        OutputFolder.Check(settings.Output);
        DownstreamEvaluationOptions evaluation = settings.Task.ToOptions(settings.Seed);
        var experiment = new Llm4EsExperiment(_ml, new Llm4EsExperimentSettings
        {
            Evaluation = evaluation,
            Folder = settings.Output,
            Space = Space(),
            Strategy = settings.Strategy,
            MaxTrials = settings.Trials,
            MaxExperimentTime = settings.Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            HeldOutFold = settings.HeldOutFold,
            Seed = settings.Seed,
        });
        IDataView entities = new EvaluateInput(_ml, settings.Task, output).Load(new DownstreamEvaluation(_ml, evaluation));
        try
        {
            using ExperimentResult result = ProgressDisplay.Show(output, display =>
            {
                _ml.Log += (_, message) => display.ReportTraining(message);
                return experiment.Execute(entities, display, cancellation);
            });
            TrialTable.Write(result, output);
            foreach (string warning in result.Warnings) output.WriteLine($"Warning: {warning}");
            if (result.End is ExperimentEnd.TimeBudget) output.WriteLine("The time was up before all trials were run. The same command goes on.");
            output.WriteLine($"Written to {Path.Combine(settings.Output, "trials.jsonl")}, {Path.Combine(settings.Output, "best.json")}, {result.ModelPath}, {result.ReportPath}");
            return CommandLine.Done;
        }
        catch (OperationCanceledException)
        {
            output.WriteLine($"Cancelled. What is finished is kept in {settings.Output}; the same command goes on.");
            return CommandLine.Failed;
        }
    }

    /// <summary>The default space varies LightGBM, which logistic regression has no part of.</summary>
    private Llm4EsSearchSpace Space() =>
        settings.Space is not null ? Llm4EsSearchSpace.Load(settings.Space)
        : settings.Task.Trainer is TrainerKind.Logistic ? Llm4EsSearchSpace.Default with { Classifiers = [] }
        : Llm4EsSearchSpace.Default;
}
