using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// LightGBM and <see cref="LogisticTrainer">logistic regression</see> together: the mean of their log-odds (of more classes, of their log-probabilities). Trees see what depends
/// on several values, a line sees what is spread over many; they err in different places, so the mean is mostly better than either.
/// </summary>
/// <remarks>A fitted model is made of ML.NET's own transformers, so that who loads it needs Microsoft.ML.LightGbm and nothing of this library. The same rows give the same model.</remarks>
public sealed class BlendedTrainer : IEstimator<ITransformer>
{
    private const string Trees = "LightGbmScore";
    private const string Line = "LogisticScore";
    private const string Both = "BlendedScores";

    /// <summary>Of a probability that is not 0, so that it is finite.</summary>
    private const string Logarithm = "p => log(max(p, 0.000001f))";

    private readonly MLContext _ml;
    private readonly string _label;
    private readonly string _features;
    private readonly LightGbmOptions _lightGbm;
    private readonly LogisticTrainer _logistic;

    /// <summary>Creates the trainer.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="labelColumnName">The label: a boolean, or a key of more classes.</param>
    /// <param name="featureColumnName">The features: a vector of floats.</param>
    /// <param name="options">The settings of both parts; null for the defaults.</param>
    public BlendedTrainer(MLContext ml, string labelColumnName = "Label", string featureColumnName = "Features", BlendedTrainerOptions? options = null)
    {
        options ??= new();
        _logistic = new LogisticTrainer(ml, labelColumnName, featureColumnName, options.Logistic);
        _lightGbm = options.LightGbm;
        _ml = ml;
        _label = labelColumnName;
        _features = featureColumnName;
    }

    /// <summary>Fits both, one after the other.</summary>
    /// <param name="input">The rows.</param>
    /// <returns>A model that appends <c>Score</c>, <c>PredictedLabel</c> and, for two classes, <c>Probability</c>.</returns>
    /// <exception cref="ArgumentException">A column is missing, or of a wrong type.</exception>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TrainingLabel label = TrainingLabel.Of(SchemaShape.Create(input.Schema), _label);
        TransformerChain<ColumnCopyingTransformer> parts = Parts(label, label.ReadClasses(input).Length).Fit(input);
        IDataView scored = parts.Transform(input);
        ITransformer blend = label.IsBinary ? BinaryBlend().Fit(scored) : MulticlassBlend(label, scored);
        string[] passing = label.IsBinary ? [Trees, Line] : [Trees, Line, Both];
        return new TransformerChain<ITransformer>(parts, blend, _ml.Transforms.DropColumns(passing).Fit(blend.Transform(scored)));
    }

    /// <inheritdoc/>
    /// <remarks>What is appended is what logistic regression appends.</remarks>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _logistic.GetOutputSchema(inputSchema);

    /// <summary>The scores of both: log-odds of two classes, probabilities of more.</summary>
    private EstimatorChain<ColumnCopyingTransformer> Parts(TrainingLabel label, int rows) => new EstimatorChain<ITransformer>()
        .Append(label.IsBinary
            ? LightGbmTrainers.Binary(_ml, _lightGbm, rows, _label, _features)
            : LightGbmTrainers.Multiclass(_ml, _lightGbm, rows, _label, _features))
        .Append(_ml.Transforms.CopyColumns(Trees, PredictionColumns.Score))
        .Append(_logistic)
        .Append(_ml.Transforms.CopyColumns(Line, PredictionColumns.Score));

    private EstimatorChain<ExpressionTransformer> BinaryBlend() =>
        _ml.Transforms.Expression(PredictionColumns.Score, "(a, b) => (a + b) / 2f", Trees, Line)
            .Append(_ml.Transforms.Expression(PredictionColumns.Probability, "x => 1f / (1f + exp(-x))", PredictionColumns.Score))
            .Append(_ml.Transforms.Expression(PredictionColumns.PredictedLabel, "x => x > 0f", PredictionColumns.Score));

    /// <summary>A softmax of the mean of both logarithms: maximum entropy with weights that are known.</summary>
    private TransformerChain<ITransformer> MulticlassBlend(TrainingLabel label, IDataView scored)
    {
        TransformerChain<ColumnConcatenatingTransformer> logarithms = _ml.Transforms.Expression(Trees, Logarithm, Trees)
            .Append(_ml.Transforms.Expression(Line, Logarithm, Line))
            .Append(_ml.Transforms.Concatenate(Both, Trees, Line)).Fit(scored);
        IDataView rows = logarithms.Transform(scored);
        int count = ((VectorDataViewType)scored.Schema[Line].Type).Size;
        VBuffer<float>[] weights = [.. Enumerable.Range(0, count).Select(c => new VBuffer<float>(2 * count, 2, [0.5f, 0.5f], [c, count + c]))];
        var model = new MaximumEntropyModelParameters(_ml, weights, new float[count], count, 2 * count, labelNames: null);
        return new TransformerChain<ITransformer>(logarithms, new MulticlassPredictionTransformer<MaximumEntropyModelParameters>(_ml, model, rows.Schema, Both, label.Name));
    }
}
