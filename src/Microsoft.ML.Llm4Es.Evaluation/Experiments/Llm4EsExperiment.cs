using System.Diagnostics;
using System.Text.Json;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// Searches for the best pipeline of LLM4ES for a label: text format, language model, tuning, pooling and classifier. The language model is tuned once for all
/// trials that differ in what comes after it.
/// </summary>
/// <remarks>
/// Trials are compared by cross-validation on all folds but one. The best one is trained on these folds and tested on the one that was held out, once: the best of many
/// figures is too good, the figure there is not. As in <see cref="DownstreamEvaluation"/>, the language model is tuned on all entities without labels, those
/// of the held-out fold included, unless <see cref="RepresentationFitting.InEachTrainingFold"/> is asked for. In the end the best pipeline is fitted on all entities.
/// </remarks>
/// <param name="ml">The context in which everything is fitted.</param>
/// <param name="settings">What is searched, how, and where its log is kept.</param>
public sealed class Llm4EsExperiment(MLContext ml, Llm4EsExperimentSettings settings)
{
    private const string ModelFile = "model.zip";
    private const string BestFile = "best.json";
    private const string ReportName = "report.html";

    private string ModelPath => Path.Combine(settings.Folder, ModelFile);

    /// <summary>Runs the trials that the folder's log does not have yet, fits the best pipeline on all entities, and saves it as <c>model.zip</c> in the folder, beside <c>best.json</c> and <c>report.html</c>.</summary>
    /// <param name="entities">A row for each entity: its events as vector columns (as GroupEvents makes them), its label, and its fold where one is named.</param>
    /// <param name="progress">Told of each step; null for nobody.</param>
    /// <param name="cancellation">Stops at the next step. The log and a checkpoint of tuning are kept, and the same call goes on from there.</param>
    /// <returns>What was found; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">A column is missing, or the search space cannot be searched on this data.</exception>
    /// <exception cref="InvalidDataException">The labels or folds cannot be evaluated, or the log is damaged.</exception>
    /// <exception cref="InvalidOperationException">The folder is of another experiment, or every trial failed.</exception>
    /// <exception cref="IOException">The folder cannot be written, or another process runs an experiment in it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ExperimentResult Execute(IDataView entities, IProgress<ExperimentProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entities);
        long start = Stopwatch.GetTimestamp();
        DateTimeOffset started = DateTimeOffset.UtcNow;
        DownstreamEvaluationOptions evaluation = settings.Evaluation;
        (PredictionTarget target, CrossValidationFolds folds) = new DownstreamEvaluation(ml, evaluation).ReadLabels(entities);
        int heldOut = HeldOut(folds);
        IDataView unlabelled = ml.Transforms.DropColumns(evaluation.LabelColumns).Fit(entities).Transform(entities);
        var grid = new SearchGrid(settings.Space, settings.Seed);
        TrialSchedule schedule = TrialSchedule.Create(settings, grid);
        CheckSpace(unlabelled, target);
        EvaluatedEntities known = new EntitySurvey(evaluation, target, folds).Read(entities);
        string trainer = new FoldPredictor(ml, evaluation, target, folds).TrainerName;

        using var log = new TrialLog(settings.Folder, grid, ExperimentIdentity.Of(settings, target, known.Fingerprint, heldOut, trainer));
        string[] warnings = [.. new LeakageGuard(ml, evaluation, target, folds).Inspect(entities, unlabelled)];
        var runner = new TrialRunner(ml, settings, target, folds, heldOut, unlabelled);
        ExperimentEnd end = RunTrials(log, schedule, runner, start, progress, cancellation);

        TrialResult best = TrialResult.Ranked(log.Results).FirstOrDefault()
            ?? throw new InvalidOperationException($"All {log.Results.Count} trials failed. The first: {log.Results[0].Error}");
        var plan = new TrialPlan(best.Trial, best.Rung, best.Share, best.Settings);
        IProgress<EvaluationProgress>? steps = Steps(log, schedule, progress);
        HeldOutEstimate estimate = runner.Test(plan, steps, cancellation);
        ITransformer model = runner.Refit(plan, steps, cancellation);
        WholeFile.Write(ModelPath, stream => ml.Model.Save(model, unlabelled.Schema, stream));
        WholeFile.Write(Path.Combine(settings.Folder, BestFile), stream => JsonSerializer.Serialize(
            stream, new { Metric = target.Metrics[0].Name, HeldOut = estimate, BestTrial = best, Trials = log.Results.Count, End = end, Warnings = warnings }, ExperimentFormat.Indented));
        var result = new ExperimentResult
        {
            Metric = target.Metrics[0].Name,
            BestTrial = best,
            Trials = [.. log.Results],
            HeldOut = estimate,
            End = end,
            Model = model,
            ModelPath = ModelPath,
            ReportPath = Path.Combine(settings.Folder, ReportName),
            Warnings = warnings,
        };
        var run = new EvaluationReport(evaluation.Label, result.Metric, target.Rows, known.Events.Sum(count => (long)count), [])
        {
            Protocol = new EvaluationProtocol(folds.Description, evaluation.Fitting, trainer, settings.Seed, evaluation.BootstrapSamples),
            Environment = EvaluationEnvironment.Current(ml),
            Started = started,
            Evaluated = known,
        };
        ReportFile.Write(result.ReportPath, _ => ExperimentPage.Write(result, run));
        return result;
    }

    private ExperimentEnd RunTrials(TrialLog log, TrialSchedule schedule, TrialRunner runner, long start, IProgress<ExperimentProgress>? progress, CancellationToken cancellation)
    {
        IProgress<EvaluationProgress>? steps = Steps(log, schedule, progress);
        while (schedule.Next(log.Results) is { } next)
        {
            if (Stopwatch.GetElapsedTime(start) >= settings.MaxExperimentTime && log.Results.Count > 0) return ExperimentEnd.TimeBudget;
            cancellation.ThrowIfCancellationRequested();
            TrialResult result = runner.Run(next, steps, cancellation);
            log.Append(result);
            progress?.Report(State(log, schedule) with { Trial = result });
        }

        return ExperimentEnd.AllTrials;
    }

    private int HeldOut(CrossValidationFolds folds)
    {
        if (folds.Count < 3)
            throw new InvalidDataException($"There are {folds.Count} folds, and an experiment needs at least 3: two or more to choose by, and one that is held out. Make more folds.");

        int fold = settings.HeldOutFold ?? folds.Count - 1;
        return fold < folds.Count
            ? fold
            : throw new ArgumentException($"{nameof(settings.HeldOutFold)} is {fold}, and there are {folds.Count} folds, from 0 to {folds.Count - 1}.");
    }

    /// <summary>Finds out before the long work what no trial could do.</summary>
    private void CheckSpace(IDataView unlabelled, PredictionTarget target)
    {
        if (settings.Evaluation.Trainer is not null && settings.Space.Classifiers.Count + settings.Space.Trainers.Count > 0)
        {
            throw new ArgumentException($"{nameof(Llm4EsSearchSpace.Classifiers)} and {nameof(Llm4EsSearchSpace.Trainers)} of the search space take the place of the evaluation's, " +
                "which has a trainer of its own. Leave one of them out.");
        }

        foreach (TrainerKind trainer in settings.Space.Trainers) target.Check(trainer);
        foreach (TextifyEventsOptions text in settings.Space.Texts)
            foreach (TimeFormat? format in settings.Space.TimeFormats)
                ml.Transforms.TextifyEvents(TunedEmbedder.Text, TrialSettings.TextOf(ml, text, format, unlabelled)).Fit(unlabelled);
    }

    private static StepProgress? Steps(TrialLog log, TrialSchedule schedule, IProgress<ExperimentProgress>? progress) =>
        progress is null ? null : new StepProgress(step => progress.Report(State(log, schedule) with { Step = step }));

    private static ExperimentProgress State(TrialLog log, TrialSchedule schedule) =>
        new(log.Results.Count, schedule.Count, TrialResult.Ranked(log.Results).FirstOrDefault());

    private sealed class StepProgress(Action<EvaluationProgress> report) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => report(value);
    }
}
