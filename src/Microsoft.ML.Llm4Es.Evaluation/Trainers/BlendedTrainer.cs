using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// LightGBM and <see cref="LogisticTrainer">logistic regression</see> together: the mean of their log-odds (of more classes, of their log-probabilities). Trees see what depends
/// on several values, a line sees what is spread over many; they err in different places, so the mean is mostly better than either. Where a vector is made of parts, both
/// can also learn from each of them alone (<see cref="BlendedTrainerOptions.Views"/>), and the mean is over all.
/// </summary>
/// <remarks>A fitted model is made of ML.NET's own transformers, so that who loads it needs Microsoft.ML.LightGbm and nothing of this library. The same rows give the same model.</remarks>
public sealed class BlendedTrainer : IEstimator<ITransformer>
{
    private const string View = "BlendedView";
    private const string All = "BlendedScores";

    /// <summary>A view that counts for less is not worth its place in a model.</summary>
    private const double LeastShare = 0.001;

    /// <summary>Of a probability that is not 0, so that it is finite.</summary>
    private const string Logarithm = "p => log(max(p, 0.000001f))";

    private readonly MLContext _ml;
    private readonly string _label;
    private readonly string _features;
    private readonly BlendedTrainerOptions _options;

    /// <summary>Creates the trainer.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="labelColumnName">The label: a boolean, or a key of more classes.</param>
    /// <param name="featureColumnName">The features: a vector of floats.</param>
    /// <param name="options">The settings of both, and what they learn from; null for the defaults.</param>
    public BlendedTrainer(MLContext ml, string labelColumnName = "Label", string featureColumnName = "Features", BlendedTrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(featureColumnName);
        _ml = ml;
        _label = labelColumnName;
        _features = featureColumnName;
        _options = options ?? new();
    }

    /// <summary>Fits both on each view, one after the other.</summary>
    /// <param name="input">The rows.</param>
    /// <returns>A model that appends <c>Score</c>, <c>PredictedLabel</c> and, for two classes, <c>Probability</c>.</returns>
    /// <exception cref="ArgumentException">A column is missing, or of a wrong type; a view is not within the vector.</exception>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TrainingLabel label = TrainingLabel.Of(SchemaShape.Create(input.Schema), _label);
        TrainingFeatures.Check(input.Schema, _features);
        // The rows may come from a language model, and are read many times.
        IDataView rows = _ml.Data.Cache(input, _label, _features);
        int count = label.ReadClasses(rows).Length;
        IReadOnlyList<IReadOnlyList<Range>> groups = _options.Views ?? [TextComponents.Views(TextComponents.SlotNames(input.Schema[_features]))];
        FittedView[] views = [.. groups.SelectMany((group, i) => Fit(group, i, label, rows, count)).Select(view => view with { Share = view.Share / groups.Count })];

        var parts = new TransformerChain<ITransformer>([.. views.Select(view => view.Model)]);
        IDataView scored = parts.Transform(input);
        ITransformer blend = label.IsBinary ? BinaryBlend(views).Fit(scored) : MulticlassBlend(label, views, scored);
        string[] passing = [.. views.SelectMany(view => view.Scores), .. label.IsBinary ? Array.Empty<string>() : [All]];
        return new TransformerChain<ITransformer>(parts, blend, _ml.Transforms.DropColumns(passing).Fit(blend.Transform(scored)));
    }

    /// <inheritdoc/>
    /// <remarks>What is appended is what logistic regression appends.</remarks>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Logistic(_features).GetOutputSchema(inputSchema);

    /// <summary>Both, of each view of a group, with its share in the group's mean. Those that have next to none are left out.</summary>
    private IEnumerable<FittedView> Fit(IReadOnlyList<Range> group, int number, TrainingLabel label, IDataView rows, int count)
    {
        CutView[] views = [.. group.Select(view => Cut(view, rows))];
        (ITransformer Model, HeldOutPredictions? HeldOut)[] lines = [.. views.Select(view => Logistic(view.Features).FitAndHoldOut(view.Rows))];
        double[] shares = StackingWeights.Of([.. lines.Select(line => line.HeldOut)]);
        double kept = shares.Where(share => share >= LeastShare).Sum();
        for (int i = 0; i < views.Length; i++)
            if (shares[i] >= LeastShare) yield return Both($"{number}.{i}", label, views[i], lines[i].Model, count) with { Share = shares[i] / kept };
    }

    /// <summary>LightGBM beside a fitted logistic regression. They append their scores: log-odds of two classes, probabilities of more.</summary>
    private FittedView Both(string name, TrainingLabel label, CutView view, ITransformer logistic, int count)
    {
        string trees = "LightGbmScore" + name, line = "LogisticScore" + name;
        ITransformer lightGbm = (label.IsBinary
            ? LightGbmTrainers.Binary(_ml, _options.LightGbm, count, _label, view.Features)
            : LightGbmTrainers.Multiclass(_ml, _options.LightGbm, count, _label, view.Features)).Append(_ml.Transforms.CopyColumns(trees, PredictionColumns.Score)).Fit(view.Rows);
        ITransformer copy = _ml.Transforms.CopyColumns(line, PredictionColumns.Score).Fit(logistic.Transform(view.Rows));
        var both = new TransformerChain<ITransformer>(lightGbm, logistic, copy);
        return new FittedView(view.Model is null ? both : new TransformerChain<ITransformer>(view.Model, both, _ml.Transforms.DropColumns(View).Fit(both.Transform(view.Rows))), [trees, line]);
    }

    private LogisticTrainer Logistic(string features) => new(_ml, _label, features, _options.Logistic);

    private CutView Cut(Range view, IDataView rows)
    {
        if (view.Equals(Range.All)) return new(null, _features, rows);
        if (rows.Schema[_features].Type is not VectorDataViewType { Size: > 0 } vector)
            throw new ArgumentException($"The features '{_features}' are {rows.Schema[_features].Type}; a known number of values is expected where a view is a part of them.");

        int start = view.Start.GetOffset(vector.Size), end = view.End.GetOffset(vector.Size);
        if (start < 0 || start >= end || end > vector.Size) throw new ArgumentException($"The view {view} holds no values, or is not within the {vector.Size} values of '{_features}'.");
        ITransformer cut = FeatureView.Of(_ml, View, _features, vector.Size, view);
        return new(cut, View, cut.Transform(rows));
    }

    private EstimatorChain<ExpressionTransformer> BinaryBlend(FittedView[] views)
    {
        EstimatorChain<ExpressionTransformer> sum = new EstimatorChain<ITransformer>()
            .Append(_ml.Transforms.Expression(PredictionColumns.Score, $"(a, b) => {views[0].EachText} * (a + b)", views[0].Scores));
        foreach (FittedView view in views.Skip(1))
            sum = sum.Append(_ml.Transforms.Expression(PredictionColumns.Score, $"(sum, a, b) => sum + {view.EachText} * (a + b)", [PredictionColumns.Score, .. view.Scores]));
        return sum.Append(_ml.Transforms.Expression(PredictionColumns.Probability, "x => 1f / (1f + exp(-x))", PredictionColumns.Score))
            .Append(_ml.Transforms.Expression(PredictionColumns.PredictedLabel, "x => x > 0f", PredictionColumns.Score));
    }

    /// <summary>A softmax of the mean of all logarithms: maximum entropy with weights that are known.</summary>
    private TransformerChain<ITransformer> MulticlassBlend(TrainingLabel label, FittedView[] views, IDataView scored)
    {
        string[] scores = [.. views.SelectMany(view => view.Scores)];
        EstimatorChain<ITransformer> logarithms = new();
        foreach (string score in scores) logarithms = logarithms.Append<ITransformer>(_ml.Transforms.Expression(score, Logarithm, score));
        TransformerChain<ColumnConcatenatingTransformer> joined = logarithms.Append(_ml.Transforms.Concatenate(All, scores)).Fit(scored);
        IDataView rows = joined.Transform(scored);
        int count = ((VectorDataViewType)scored.Schema[scores[0]].Type).Size;
        int width = scores.Length * count;
        float[] shares = [.. views.SelectMany(view => view.Scores.Select(_ => view.Each))];
        VBuffer<float>[] weights = [.. Enumerable.Range(0, count).Select(c => new VBuffer<float>(width, scores.Length, shares, [.. Enumerable.Range(0, scores.Length).Select(s => s * count + c)]))];
        var model = new MaximumEntropyModelParameters(_ml, weights, new float[count], count, width, labelNames: null);
        return new TransformerChain<ITransformer>(joined, new MulticlassPredictionTransformer<MaximumEntropyModelParameters>(_ml, model, rows.Schema, All, label.Name));
    }

    /// <summary>Rows with a view of their features.</summary>
    /// <param name="Model">What makes the view; null for the whole.</param>
    /// <param name="Features">The column of the view.</param>
    /// <param name="Rows">The rows.</param>
    private sealed record CutView(ITransformer? Model, string Features, IDataView Rows);

    /// <summary>What is learned from one view.</summary>
    /// <param name="Model">LightGBM and logistic regression, one after the other.</param>
    /// <param name="Scores">The columns of their scores.</param>
    private sealed record FittedView(ITransformer Model, string[] Scores)
    {
        /// <summary>How much of the mean the view is.</summary>
        public double Share { get; init; }

        /// <summary>How much of the mean each score is.</summary>
        public float Each => (float)(Share / Scores.Length);

        public string EachText => Each.ToString("F9", CultureInfo.InvariantCulture) + "f";
    }
}
