using System.Diagnostics;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// Predicts the folds of plans. A blend of joined vectors is the mean of what each of them predicts alone and of what all do together; what one predicts alone is found once for all
/// plans that have it.
/// </summary>
internal sealed class PlanPredictor(FoldPredictor predictor, FoldVectors vectors, PredictionTarget target)
{
    private readonly Dictionary<(Representation Representation, LabelledShare Labelled, int Fold), FoldPrediction> _alone = [];

    /// <summary>The predictions of a fold's test rows. Seconds are of all that they needed, whether or not it was known already.</summary>
    public FoldPrediction Predict(EvaluationPlan plan, int fold)
    {
        if (plan.Part is not null) return Fit(plan, fold);
        if (plan.Representations.Count == 1) return Alone(plan, fold);
        FoldPrediction together = Fit(plan, fold);
        if (!predictor.IsBlend) return together;

        FoldPrediction[] all = [.. plan.Representations.Select(one => Alone(plan with { Representations = [one] }, fold)), together];
        return new(target.Mean([.. all.Select(prediction => prediction.Rows)]), all.Sum(prediction => prediction.Seconds), all.Max(prediction => prediction.PeakBytes));
    }

    private FoldPrediction Alone(EvaluationPlan plan, int fold)
    {
        (Representation, LabelledShare, int) key = (plan.Representations[0], plan.Labelled, fold);
        return _alone.TryGetValue(key, out FoldPrediction? known) ? known : _alone[key] = Fit(plan, fold);
    }

    private FoldPrediction Fit(EvaluationPlan plan, int fold)
    {
        VectorPart[] parts = vectors.Parts(plan, fold);
        using var memory = new PeakMemory();
        long start = Stopwatch.GetTimestamp();
        double[][] rows = predictor.Predict(parts, fold, plan.Labelled);
        return new(rows, Stopwatch.GetElapsedTime(start).TotalSeconds, memory.TakeBytes());
    }
}
