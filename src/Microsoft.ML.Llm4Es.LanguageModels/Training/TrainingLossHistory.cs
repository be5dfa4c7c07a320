namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Condenses the loss of every step into a bounded number of points.</summary>
/// <param name="Points">The points so far.</param>
/// <param name="Tokens">The number of tokens trained on.</param>
/// <param name="PointTokens">Those since the last point.</param>
/// <param name="PointLoss">The sum of the loss over them.</param>
internal sealed record TrainingLossHistory(List<TrainingLossPoint> Points, long Tokens, long PointTokens, double PointLoss)
{
    private const int MaxPoints = 100;

    internal static TrainingLossHistory Start => new([], 0, 0, 0);

    /// <summary>Takes a step in.</summary>
    internal TrainingLossHistory After(TrainingStep step, double loss, int totalSteps)
    {
        TrainingLossHistory next = this with { Tokens = Tokens + step.Tokens, PointTokens = PointTokens + step.Tokens, PointLoss = PointLoss + (loss * step.Tokens) };
        int stepsPerPoint = (totalSteps + MaxPoints - 1) / MaxPoints;
        return step.Number % stepsPerPoint == 0 || step.Number == totalSteps ? next.Ended(step.Number) : next;
    }

    /// <summary>Makes a point of what came since the last one, if anything did.</summary>
    internal TrainingLossHistory Ended(int step) =>
        PointTokens == 0 ? this : new TrainingLossHistory([.. Points, new TrainingLossPoint(step, Tokens, PointLoss / PointTokens)], Tokens, 0, 0);
}
