namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What a training run did.</summary>
/// <param name="Steps">The number of optimizer steps.</param>
/// <param name="Tokens">The number of tokens trained on.</param>
/// <param name="FinalLoss">The training loss at the end: that of the last point of <paramref name="LossHistory"/>.</param>
/// <param name="LossHistory">The training loss over the run, in at most 100 points.</param>
/// <param name="Elapsed">The time that the run took.</param>
public sealed record TrainingResult(int Steps, long Tokens, double FinalLoss, IReadOnlyList<TrainingLossPoint> LossHistory, TimeSpan Elapsed);

/// <summary>The training loss over a stretch of steps.</summary>
/// <param name="Step">The last step of the stretch, from 1.</param>
/// <param name="Tokens">The number of tokens trained on up to and with that step.</param>
/// <param name="Loss">The mean cross-entropy over the targets of the stretch, in nats.</param>
public readonly record struct TrainingLossPoint(int Step, long Tokens, double Loss);

/// <summary>Condenses the loss of every step into a bounded number of points.</summary>
internal sealed class TrainingLossHistory(int totalSteps)
{
    private const int MaxPoints = 100;

    private readonly int _stepsPerPoint = (totalSteps + MaxPoints - 1) / MaxPoints;
    private readonly List<TrainingLossPoint> _points = [];
    private long _pointTokens;
    private double _pointLoss;

    internal IReadOnlyList<TrainingLossPoint> Points => _points;

    internal long Tokens { get; private set; }

    internal void Add(TrainingStep step, double loss)
    {
        Tokens += step.Tokens;
        _pointTokens += step.Tokens;
        _pointLoss += loss * step.Tokens;
        if (step.Number % _stepsPerPoint != 0 && step.Number != totalSteps) return;

        _points.Add(new TrainingLossPoint(step.Number, Tokens, _pointLoss / _pointTokens));
        _pointTokens = 0;
        _pointLoss = 0;
    }
}
