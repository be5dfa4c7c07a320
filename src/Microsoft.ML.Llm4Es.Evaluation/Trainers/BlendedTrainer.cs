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
        // A view that stands several times is fitted once.
        Member[] members = [.. _options.Views.CountBy(view => view).Select((view, i) => new Member(view.Key, (float)view.Value / _options.Views.Count, $"LightGbmScore{i}", $"LogisticScore{i}"))];

        var parts = new TransformerChain<ITransformer>([.. members.Select(member => Fit(member, label, rows, count))]);
        IDataView scored = parts.Transform(input);
        ITransformer blend = label.IsBinary ? BinaryBlend(members).Fit(scored) : MulticlassBlend(label, members, scored);
        string[] passing = [.. members.SelectMany(member => member.Scores), .. label.IsBinary ? Array.Empty<string>() : [All]];
        return new TransformerChain<ITransformer>(parts, blend, _ml.Transforms.DropColumns(passing).Fit(blend.Transform(scored)));
    }

    /// <inheritdoc/>
    /// <remarks>What is appended is what logistic regression appends.</remarks>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Logistic(_features).GetOutputSchema(inputSchema);

    /// <summary>Both, of one view. They append their scores: log-odds of two classes, probabilities of more.</summary>
    private TransformerChain<ITransformer> Fit(Member member, TrainingLabel label, IDataView rows, int count)
    {
        if (member.View.Equals(Range.All)) return new(Both(member, label, _features, count).Fit(rows));

        ITransformer cut = Cut(member.View, rows.Schema);
        IDataView viewed = cut.Transform(rows);
        TransformerChain<ColumnCopyingTransformer> both = Both(member, label, View, count).Fit(viewed);
        return new(cut, both, _ml.Transforms.DropColumns(View).Fit(both.Transform(viewed)));
    }

    private EstimatorChain<ColumnCopyingTransformer> Both(Member member, TrainingLabel label, string features, int count) => new EstimatorChain<ITransformer>()
        .Append(label.IsBinary
            ? LightGbmTrainers.Binary(_ml, _options.LightGbm, count, _label, features)
            : LightGbmTrainers.Multiclass(_ml, _options.LightGbm, count, _label, features))
        .Append(_ml.Transforms.CopyColumns(member.Trees, PredictionColumns.Score))
        .Append(Logistic(features))
        .Append(_ml.Transforms.CopyColumns(member.Line, PredictionColumns.Score));

    private LogisticTrainer Logistic(string features) => new(_ml, _label, features, _options.Logistic);

    private ITransformer Cut(Range view, DataViewSchema schema)
    {
        if (schema[_features].Type is not VectorDataViewType { Size: > 0 } vector)
            throw new ArgumentException($"The features '{_features}' are {schema[_features].Type}; a known number of values is expected where a view is a part of them.");

        int start = view.Start.GetOffset(vector.Size), end = view.End.GetOffset(vector.Size);
        if (start < 0 || start >= end || end > vector.Size) throw new ArgumentException($"The view {view} holds no values, or is not within the {vector.Size} values of '{_features}'.");
        return FeatureView.Of(_ml, View, _features, vector.Size, view);
    }

    private EstimatorChain<ExpressionTransformer> BinaryBlend(Member[] members)
    {
        EstimatorChain<ExpressionTransformer> sum = new EstimatorChain<ITransformer>()
            .Append(_ml.Transforms.Expression(PredictionColumns.Score, $"(a, b) => {members[0].EachText} * (a + b)", members[0].Scores));
        foreach (Member member in members.Skip(1))
            sum = sum.Append(_ml.Transforms.Expression(PredictionColumns.Score, $"(sum, a, b) => sum + {member.EachText} * (a + b)", [PredictionColumns.Score, .. member.Scores]));
        return sum.Append(_ml.Transforms.Expression(PredictionColumns.Probability, "x => 1f / (1f + exp(-x))", PredictionColumns.Score))
            .Append(_ml.Transforms.Expression(PredictionColumns.PredictedLabel, "x => x > 0f", PredictionColumns.Score));
    }

    /// <summary>A softmax of the mean of all logarithms: maximum entropy with weights that are known.</summary>
    private TransformerChain<ITransformer> MulticlassBlend(TrainingLabel label, Member[] members, IDataView scored)
    {
        string[] scores = [.. members.SelectMany(member => member.Scores)];
        EstimatorChain<ITransformer> logarithms = new();
        foreach (string score in scores) logarithms = logarithms.Append<ITransformer>(_ml.Transforms.Expression(score, Logarithm, score));
        TransformerChain<ColumnConcatenatingTransformer> joined = logarithms.Append(_ml.Transforms.Concatenate(All, scores)).Fit(scored);
        IDataView rows = joined.Transform(scored);
        int count = ((VectorDataViewType)scored.Schema[scores[0]].Type).Size;
        int width = scores.Length * count;
        float[] shares = [.. members.SelectMany(member => member.Scores.Select(_ => member.Each))];
        VBuffer<float>[] weights = [.. Enumerable.Range(0, count).Select(c => new VBuffer<float>(width, scores.Length, shares, [.. Enumerable.Range(0, scores.Length).Select(s => s * count + c)]))];
        var model = new MaximumEntropyModelParameters(_ml, weights, new float[count], count, width, labelNames: null);
        return new TransformerChain<ITransformer>(joined, new MulticlassPredictionTransformer<MaximumEntropyModelParameters>(_ml, model, rows.Schema, All, label.Name));
    }

    /// <summary>What is learned from one view.</summary>
    /// <param name="View">The view.</param>
    /// <param name="Share">How much of the mean it is.</param>
    /// <param name="Trees">The column of LightGBM's score.</param>
    /// <param name="Line">The column of logistic regression's.</param>
    private sealed record Member(Range View, float Share, string Trees, string Line)
    {
        public string[] Scores => [Trees, Line];

        public float Each => Share / Scores.Length;

        public string EachText => Each.ToString("F9", CultureInfo.InvariantCulture) + "f";
    }
}
