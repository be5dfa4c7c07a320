namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Where training stands after a step.</summary>
/// <param name="Step">The number of steps done, from 1 to <paramref name="TotalSteps"/>.</param>
/// <param name="TotalSteps">The number of steps that the run takes, unless it stops early.</param>
/// <param name="Epoch">The epoch that the step belongs to, from 1.</param>
/// <param name="Loss">The mean cross-entropy over the targets of the step, in nats, before its update; not a number for a step that was left out.</param>
/// <param name="LearningRate">The learning rate of the step.</param>
/// <param name="GradientNorm">The L2 norm of the gradient over all weights, before clipping; not a number for a step that was left out.</param>
/// <param name="Tokens">The number of tokens trained on so far.</param>
/// <param name="TokensPerSecond">The number of tokens a second since this call started.</param>
/// <param name="Elapsed">The time since the start, earlier sessions included where training went on from a checkpoint.</param>
/// <param name="Remaining">An estimate of the time that the remaining steps take at the rate so far.</param>
/// <param name="ValidationLoss">The last loss that was measured on held-out entities, in nats; null if there was none yet.</param>
/// <param name="SkippedSteps">The number of steps left out so far because the loss or the gradient was not finite.</param>
/// <param name="WorkingSet">The main memory that the process has in use, in bytes, native memory included.</param>
public sealed record TrainingProgress(
    int Step,
    int TotalSteps,
    int Epoch,
    double Loss,
    double LearningRate,
    double GradientNorm,
    long Tokens,
    double TokensPerSecond,
    TimeSpan Elapsed,
    TimeSpan Remaining,
    double? ValidationLoss,
    int SkippedSteps,
    long WorkingSet);
