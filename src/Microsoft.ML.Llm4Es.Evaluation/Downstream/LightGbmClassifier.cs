using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>LightGBM on feature vectors: fitted on some rows, scores of others.</summary>
internal sealed class LightGbmClassifier(MLContext ml, LightGbmOptions options)
{
    private const string Score = "Score";

    /// <summary>LightGBM's own default (min_sum_hessian_in_leaf); ML.NET's is 0.1.</summary>
    private const double LightGbmMinimumChildWeight = 1e-3;

    /// <summary>The score of the positive class for each test row.</summary>
    public double[] ScoreBinary(IReadOnlyList<float[]> train, IReadOnlyList<bool> positives, IReadOnlyList<float[]> test)
    {
        var settings = new LightGbmBinaryTrainer.Options { Sigmoid = 1 };
        Configure(settings, train.Count);
        IDataView rows = View(train, row => new BinaryRow { Features = train[row], Label = positives[row] });
        var model = ml.BinaryClassification.Trainers.LightGbm(settings).Fit(rows);
        IDataView scored = model.Transform(View(test, row => new BinaryRow { Features = test[row] }));
        return [.. scored.GetColumn<float>(Score).Select(score => (double)score)];
    }

    /// <summary>The most likely class of each test row.</summary>
    public int[] PredictClass(IReadOnlyList<float[]> train, IReadOnlyList<int> classes, int classCount, IReadOnlyList<float[]> test)
    {
        var settings = new LightGbmMulticlassTrainer.Options { Sigmoid = 1, UseSoftmax = true };
        Configure(settings, train.Count);
        var key = new KeyDataViewType(typeof(uint), classCount);
        // ML.NET adds one to a number that a class hands it as a key, since a key of 0 means missing.
        IDataView rows = View(train, row => new ClassRow { Features = train[row], Label = (uint)classes[row] }, key);
        var model = ml.MulticlassClassification.Trainers.LightGbm(settings).Fit(rows);
        IDataView scored = model.Transform(View(test, row => new ClassRow { Features = test[row] }, key));
        return [.. scored.GetColumn<uint>("PredictedLabel").Select(predicted => (int)predicted - 1)];
    }

    /// <summary>The settings that the binary and the multiclass trainer share.</summary>
    private void Configure<TOptions, TOutput, TTransformer, TModel>(
        LightGbmTrainerBase<TOptions, TOutput, TTransformer, TModel>.OptionsBase settings, int rows)
        where TOptions : LightGbmTrainerBase<TOptions, TOutput, TTransformer, TModel>.OptionsBase, new()
        where TTransformer : ISingleFeaturePredictionTransformer<TModel>
        where TModel : class
    {
        settings.LabelColumnName = nameof(BinaryRow.Label);
        settings.FeatureColumnName = nameof(BinaryRow.Features);
        settings.NumberOfIterations = options.Trees;
        settings.LearningRate = options.LearningRate;
        settings.NumberOfLeaves = options.MaxLeaves;
        // A tree that cannot split once is no tree, and ML.NET fails on a model without trees.
        settings.MinimumExampleCountPerLeaf = Math.Clamp((int)(rows * options.BaggingFraction / 4), 1, options.MinRowsPerLeaf);
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

    private IDataView View<TRow>(IReadOnlyList<float[]> vectors, Func<int, TRow> row, DataViewType? labelType = null) where TRow : class
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(TRow));
        schema[nameof(BinaryRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, vectors[0].Length);
        if (labelType is not null) schema[nameof(BinaryRow.Label)].ColumnType = labelType;
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, vectors.Count).Select(row), schema);
    }

    private sealed class BinaryRow
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class ClassRow
    {
        public float[] Features { get; set; } = [];

        public uint Label { get; set; }
    }
}
