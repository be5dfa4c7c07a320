namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What a training run did, earlier sessions included where it went on from a checkpoint.</summary>
/// <param name="Steps">The number of steps, skipped ones included.</param>
/// <param name="Tokens">The number of tokens trained on.</param>
/// <param name="FinalLoss">The training loss at the end: that of the last point of <paramref name="LossHistory"/>; not a number if there is none.</param>
/// <param name="LossHistory">The training loss over the run, in at most 100 points, and one more for a run that ended early.</param>
/// <param name="Elapsed">The time that the run took.</param>
/// <param name="End">Why it ended.</param>
/// <param name="ValidationLosses">The loss on held-out entities at each measurement; empty without <see cref="TrainingOptions.Validation"/>.</param>
/// <param name="BestStep">The step whose weights the model has: that of the lowest validation loss; <paramref name="Steps"/> without validation.</param>
/// <param name="SkippedSteps">The number of steps left out because the loss or the gradient was not finite.</param>
/// <param name="ResumedFrom">The step of the checkpoint that this call went on from; 0 if it started from none.</param>
public sealed record TrainingResult(
    int Steps,
    long Tokens,
    double FinalLoss,
    IReadOnlyList<TrainingLossPoint> LossHistory,
    TimeSpan Elapsed,
    TrainingEnd End,
    IReadOnlyList<TrainingLossPoint> ValidationLosses,
    int BestStep,
    int SkippedSteps,
    int ResumedFrom);

/// <summary>A loss of the run.</summary>
/// <param name="Step">The step after which it was measured, from 1; for a training loss, the last of a stretch of steps.</param>
/// <param name="Tokens">The number of tokens trained on up to and with that step.</param>
/// <param name="Loss">The mean cross-entropy over the targets, in nats.</param>
public readonly record struct TrainingLossPoint(int Step, long Tokens, double Loss);
