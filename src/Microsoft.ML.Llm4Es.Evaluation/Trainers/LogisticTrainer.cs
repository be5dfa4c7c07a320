using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// Logistic regression on standardised features, each row then scaled to length 1, with the L2 regularisation that predicts best on held-out folds of the training rows. Where a
/// vector tells a little in each of many values and rows are few, it is often better than trees.
/// </summary>
/// <remarks>
/// ML.NET's <see cref="LbfgsLogisticRegressionBinaryTrainer"/> learns two classes, its <see cref="LbfgsMaximumEntropyMulticlassTrainer"/> more. Regularisations are compared by
/// their mean log-loss, from the strongest on until it rises: it has one valley, and the weakest take longest; each goes on from the weights of the one before, which are near. The same rows give
/// the same model. A fitted model is made of ML.NET's own transformers, so that who loads it needs nothing of this library.
/// </remarks>
public sealed class LogisticTrainer : IEstimator<ITransformer>
{
    private const string Scaled = "ScaledFeatures";

    private readonly MLContext _ml;
    private readonly string _label;
    private readonly string _features;
    private readonly LogisticTrainerOptions _options;

    /// <summary>Creates the trainer.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="labelColumnName">The label: a boolean, or a key of more classes.</param>
    /// <param name="featureColumnName">The features: a vector of floats, of any scale.</param>
    /// <param name="options">How the regularisation is chosen; null for the defaults.</param>
    public LogisticTrainer(MLContext ml, string labelColumnName = "Label", string featureColumnName = "Features", LogisticTrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(featureColumnName);
        _ml = ml;
        _label = labelColumnName;
        _features = featureColumnName;
        _options = options ?? new();
    }

    /// <summary>Chooses the regularisation, and learns from all rows.</summary>
    /// <param name="input">The rows.</param>
    /// <returns>A model that appends <c>Score</c>, <c>PredictedLabel</c> and, for two classes, <c>Probability</c>.</returns>
    /// <exception cref="ArgumentException">A column is missing, or of a wrong type.</exception>
    public ITransformer Fit(IDataView input) => FitAndHoldOut(input).Model;

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Model(TrainingLabel.Of(inputSchema, _label), _options.L2[0]).GetOutputSchema(inputSchema);
    }

    /// <summary>As <see cref="Fit"/>, and tells what is predicted for rows that were held out.</summary>
    /// <returns>
    /// The model, and what one of its regularisation predicts for each row after learning from other folds; null where none were held out: there is one regularisation, or two
    /// classes do not have a row for each fold.
    /// </returns>
    internal (ITransformer Model, HeldOutPredictions? HeldOut) FitAndHoldOut(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TrainingLabel label = TrainingLabel.Of(SchemaShape.Create(input.Schema), _label);
        TrainingFeatures.Check(input.Schema, _features);
        IDataView rows = _ml.Data.Cache(input, _label, _features);
        (double l2, HeldOutPredictions? heldOut) = _options.L2.Count == 1 ? (_options.L2[0], null) : ChooseL2(rows, label);
        return (Model(label, l2).Fit(rows), heldOut);
    }

    private EstimatorChain<ColumnSelectingTransformer> Model(TrainingLabel label, double l2) =>
        Scale().Append(Regression(label, l2)).Append(_ml.Transforms.DropColumns(Scaled));

    private (double L2, HeldOutPredictions? HeldOut) ChooseL2(IDataView rows, TrainingLabel label)
    {
        int[] classes = label.ReadClasses(rows);
        if (Strata(classes) is not { } strata) return (_options.L2[0], null);

        int[] folds = StratifiedFolds.Assign(strata, _options.FoldCount, _options.Seed);
        (IDataView Train, IDataView Test)[] splits = [.. Enumerable.Range(0, _options.FoldCount).Select(fold => Split(rows, folds, fold))];
        double bestL2 = _options.L2[0], least = double.PositiveInfinity;
        HeldOutPredictions? best = null;
        var fitted = new ITransformer?[splits.Length];
        foreach (double l2 in _options.L2)
        {
            for (int fold = 0; fold < splits.Length; fold++) fitted[fold] = FitFrom(fitted[fold], label, l2, splits[fold].Train);
            double[][][] predicted = [.. splits.Select((split, fold) => label.LogProbabilities(fitted[fold]!.Transform(split.Test)))];
            var heldOut = new HeldOutPredictions(classes, InOrder(predicted, folds));
            double loss = heldOut.LogLoss;
            if (loss >= least) break;
            (bestL2, least, best) = (l2, loss, heldOut);
        }

        return (bestL2, best);
    }

    /// <summary>What is predicted for each row, from the predictions of each fold's.</summary>
    private static double[][] InOrder(double[][][] predicted, int[] folds)
    {
        int[] next = new int[predicted.Length];
        return Array.ConvertAll(folds, fold => predicted[fold][next[fold]++]);
    }

    /// <summary>The class of each row; one with fewer rows than folds counts as the most frequent. Null where fewer than two classes have a row for each fold: then nothing can be told.</summary>
    private int[]? Strata(int[] classes)
    {
        Dictionary<int, int> rows = classes.CountBy(c => c).ToDictionary();
        if (rows.Values.Count(count => count >= _options.FoldCount) < 2) return null;

        int mostFrequent = rows.MaxBy(pair => pair.Value).Key;
        return Array.ConvertAll(classes, c => rows[c] >= _options.FoldCount ? c : mostFrequent);
    }

    /// <summary>The rows to learn from and those to test on, scaled by the former.</summary>
    private (IDataView Train, IDataView Test) Split(IDataView rows, int[] folds, int fold)
    {
        var train = new RowSubset(rows, Enumerable.Range(0, folds.Length).Where(row => folds[row] != fold));
        var test = new RowSubset(rows, Enumerable.Range(0, folds.Length).Where(row => folds[row] == fold));
        TransformerChain<LpNormNormalizingTransformer> scaler = Scale().Fit(train);
        return (_ml.Data.Cache(scaler.Transform(train), _label, Scaled), _ml.Data.Cache(scaler.Transform(test), _label, Scaled));
    }

    /// <summary>Columns of one scale, and rows of one length: else the few that are far from all others would say what is learned.</summary>
    private EstimatorChain<LpNormNormalizingTransformer> Scale() =>
        _ml.Transforms.NormalizeMeanVariance(Scaled, _features, fixZero: false).Append(_ml.Transforms.NormalizeLpNorm(Scaled));

    private IEstimator<ITransformer> Regression(TrainingLabel label, double l2) => label.IsBinary ? Binary(l2) : Multiclass(l2);

    /// <summary>Learns from scaled rows, from the weights of a model of the same features on; null for none.</summary>
    private ITransformer FitFrom(ITransformer? start, TrainingLabel label, double l2, IDataView scaled) => label.IsBinary
        ? Binary(l2).Fit(scaled, ((BinaryPredictionTransformer<CalibratedModelParametersBase<LinearBinaryModelParameters, PlattCalibrator>>?)start)?.Model.SubModel)
        : Multiclass(l2).Fit(scaled, ((MulticlassPredictionTransformer<MaximumEntropyModelParameters>?)start)?.Model);

    private LbfgsLogisticRegressionBinaryTrainer Binary(double l2) => _ml.BinaryClassification.Trainers.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options
    {
        LabelColumnName = _label,
        FeatureColumnName = Scaled,
        L1Regularization = 0,
        L2Regularization = (float)l2,
        NumberOfThreads = 1, // Sums of several threads would round differently each time.
    });

    private LbfgsMaximumEntropyMulticlassTrainer Multiclass(double l2) => _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
    {
        LabelColumnName = _label,
        FeatureColumnName = Scaled,
        L1Regularization = 0,
        L2Regularization = (float)l2,
        NumberOfThreads = 1,
    });
}
