using System.Diagnostics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Tells the user's listener and TensorBoard of each step.</summary>
internal sealed class TrainingReport(TrainingPlan plan, TrainingOptions options, IProgress<TrainingProgress>? progress) : IDisposable
{
    private readonly Stopwatch _clock = new();
    private TensorBoardFile? _tensorBoard;
    private TimeSpan _elapsedBefore;
    private long _tokensBefore;

    /// <summary>The time since the start, earlier sessions included.</summary>
    internal TimeSpan Elapsed => _elapsedBefore + _clock.Elapsed;

    internal void Start(TrainingState state)
    {
        _elapsedBefore = state.Elapsed;
        _tokensBefore = state.Losses.Tokens;
        if (options.TensorBoardFolder is { } folder && state.End is null) _tensorBoard = new TensorBoardFile(folder, firstStep: state.Step + 1);
        _clock.Start();
    }

    internal void Add(TrainingStep step, TrainingState state, double learningRate, double loss, double gradientNorm)
    {
        if (progress is null && _tensorBoard is null) return;

        double tokensPerSecond = (state.Losses.Tokens - _tokensBefore) / _clock.Elapsed.TotalSeconds;
        long tokensLeft = plan.TotalTokens - state.Losses.Tokens - state.SkippedTokens;
        TrainingLossPoint? validation = state.ValidationLosses is [.., var last] ? last : null;
        var report = new TrainingProgress(
            step.Number, plan.TotalSteps, step.Epoch, loss, learningRate, gradientNorm, state.Losses.Tokens, tokensPerSecond,
            Elapsed: Elapsed,
            Remaining: tokensPerSecond > 0 ? TimeSpan.FromSeconds(tokensLeft / tokensPerSecond) : TimeSpan.Zero,
            ValidationLoss: validation?.Loss,
            SkippedSteps: state.Skipped,
            WorkingSet: Environment.WorkingSet);
        _tensorBoard?.Add(report, isMeasured: validation?.Step == step.Number);
        progress?.Report(report);
    }

    public void Dispose() => _tensorBoard?.Dispose();
}
