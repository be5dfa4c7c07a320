namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Fits a trainer on the training rows of a fold, and predicts its test rows.</summary>
internal sealed class FoldPredictor(MLContext ml, DownstreamEvaluationOptions options, PredictionTarget target, CrossValidationFolds folds)
{
    // LightGBM keeps its number of threads for the whole process: two trainings at once, with numbers of their own, write past its buffers and crash.
    private static readonly Lock OneTrainingAtATime = new();

    /// <summary>What is fitted, for the report.</summary>
    public string TrainerName => options.Trainer is null
        ? Kind switch
        {
            TrainerKind.Logistic => "logistic regression",
            TrainerKind.Blend => "the mean of LightGBM and, twice, logistic regression, each of the whole vector and of its parts",
            _ => "LightGBM",
        }
        : options.Trainer.GetType().Name;

    /// <summary>Whether joined vectors are also predicted by each alone.</summary>
    public bool IsBlend => options.Trainer is null && Kind == TrainerKind.Blend;

    private TrainerKind Kind => options.TrainerKind ?? target.DefaultTrainer;

    /// <summary>The predictions of the fold's test rows, in their order.</summary>
    /// <param name="parts">What is joined.</param>
    /// <param name="fold">The fold.</param>
    /// <param name="labelled">Which of the training rows are trained on.</param>
    public double[][] Predict(IReadOnlyList<VectorPart> parts, int fold, LabelledShare labelled)
    {
        int[] train = labelled.Of(folds.Trains[fold], target.Strata);
        int[] test = folds.Tests[fold];
        float[][] trainVectors = Array.ConvertAll(train, row => VectorPart.Join(parts, row));
        float[][] testVectors = Array.ConvertAll(test, row => VectorPart.Join(parts, row));
        MaxAbsScaler scaler = MaxAbsScaler.Fit(trainVectors);

        ITransformer model = Fit(target.View(ml, Array.ConvertAll(trainVectors, scaler.Transform), train), train.Length, parts.Count == 1 ? parts[0].Views : [Range.All]);
        using var owned = model as IDisposable;
        return target.ReadPredictions(model.Transform(target.View(ml, Array.ConvertAll(testVectors, scaler.Transform), test)));
    }

    /// <summary>The predictor of all rows, for use.</summary>
    /// <param name="rows">The rows as the target views them, scaled.</param>
    /// <param name="views">What of the vectors a blend learns from.</param>
    public ITransformer FitAll(IDataView rows, IReadOnlyList<Range> views) => Fit(rows, target.Rows, views);

    private ITransformer Fit(IDataView rows, int count, IReadOnlyList<Range> views)
    {
        IEstimator<ITransformer> trainer = options.Trainer ?? target.Trainer(ml, Kind, options.Classifier, count, views);
        lock (OneTrainingAtATime) return trainer.Fit(rows);
    }
}
