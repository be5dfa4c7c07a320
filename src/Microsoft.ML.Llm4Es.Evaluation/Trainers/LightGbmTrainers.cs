using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>ML.NET's LightGBM with the settings of the downstream protocol.</summary>
internal static class LightGbmTrainers
{
    private const string Label = nameof(TrainingRow<>.Label);
    private const string Features = nameof(TrainingRow<>.Features);

    /// <summary>LightGBM's own default (min_sum_hessian_in_leaf); ML.NET's is 0.1.</summary>
    private const double LightGbmMinimumChildWeight = 1e-3;

    public static IEstimator<ITransformer> Binary(MLContext ml, LightGbmOptions options, int trainRows, string label = Label, string features = Features)
    {
        var settings = new LightGbmBinaryTrainer.Options { Sigmoid = 1 };
        Configure(settings, options, trainRows, label, features);
        return ml.BinaryClassification.Trainers.LightGbm(settings);
    }

    public static IEstimator<ITransformer> Multiclass(MLContext ml, LightGbmOptions options, int trainRows, string label = Label, string features = Features)
    {
        var settings = new LightGbmMulticlassTrainer.Options { Sigmoid = 1, UseSoftmax = true };
        Configure(settings, options, trainRows, label, features);
        return ml.MulticlassClassification.Trainers.LightGbm(settings);
    }

    public static IEstimator<ITransformer> Regression(MLContext ml, LightGbmOptions options, int trainRows, string label = Label, string features = Features)
    {
        var settings = new LightGbmRegressionTrainer.Options();
        Configure(settings, options, trainRows, label, features);
        return ml.Regression.Trainers.LightGbm(settings);
    }

    /// <summary>The settings that all share.</summary>
    private static void Configure<TOptions, TOutput, TTransformer, TModel>(
        LightGbmTrainerBase<TOptions, TOutput, TTransformer, TModel>.OptionsBase settings, LightGbmOptions options, int trainRows, string label, string features)
        where TOptions : LightGbmTrainerBase<TOptions, TOutput, TTransformer, TModel>.OptionsBase, new()
        where TTransformer : ISingleFeaturePredictionTransformer<TModel>
        where TModel : class
    {
        settings.LabelColumnName = label;
        settings.FeatureColumnName = features;
        settings.NumberOfIterations = options.Trees;
        settings.LearningRate = options.LearningRate;
        settings.NumberOfLeaves = options.MaxLeaves;
        // A tree that cannot split once is no tree, and ML.NET fails on a model without trees.
        settings.MinimumExampleCountPerLeaf = Math.Clamp((int)(trainRows * options.BaggingFraction / 4), 1, options.MinRowsPerLeaf);
        settings.NumberOfThreads = options.Threads;
        settings.Seed = options.Seed;
        settings.Silent = true;
        // Left to itself, LightGBM times both ways of building histograms and takes the faster: two runs then round sums differently.
        settings.Deterministic = true;
        settings.ForceColumnWise = true;
        settings.Booster = new GradientBooster.Options
        {
            MaximumTreeDepth = options.MaxDepth,
            FeatureFraction = options.FeatureFraction,
            SubsampleFraction = options.BaggingFraction,
            SubsampleFrequency = 1,
            L1Regularization = options.L1,
            L2Regularization = options.L2,
            MinimumChildWeight = LightGbmMinimumChildWeight,
        };
    }
}
