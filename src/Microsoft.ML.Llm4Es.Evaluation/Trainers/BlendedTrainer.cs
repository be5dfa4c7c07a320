using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// LightGBM and <see cref="LogisticTrainer">logistic regression</see> together: the mean of their log-odds (of more classes, of their log-probabilities), in which the line counts twice, since trees
/// are surer than they should be. Trees see what depends on several values, a line sees what is spread over many; they err in different places, so the mean is mostly better than either. Where a
/// vector is made of parts, both can also learn from each of them alone (<see cref="BlendedTrainerOptions.Views"/>), and the mean is over all.
/// </summary>
/// <remarks>A fitted model is made of ML.NET's own transformers, so that who loads it needs Microsoft.ML.LightGbm and nothing of this library. The same rows give the same model.</remarks>
public sealed class BlendedTrainer : IEstimator<ITransformer>
{
    private const string View = "BlendedView";
    private const string All = "BlendedScores";

    /// <summary>What logistic regression is of the mean. docs/recipe.md has what was tried.</summary>
    private const double Line = 2.0 / 3;

    /// <summary>A view that counts for less is not worth its place in a model.</summary>
    private const double LeastShare = 0.001;

    /// <summary>Where a view counts for less, 500 trees of it take time, and change next to nothing.</summary>
    private const double LeastShareOfTrees = 0.05;

    /// <summary>Of a probability that is not 0, so that it is finite.</summary>
    private static readonly string Logarithm = string.Create(CultureInfo.InvariantCulture, $"p => log(max(p, {TrainingLabel.LeastProbability:F6}f))");

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
        FittedView[] views = [.. groups.SelectMany((group, i) => Fit(group, i, label, rows, count))];
        Term[] terms = [.. views.SelectMany(view => view.Terms).Select(term => term with { Weight = term.Weight / groups.Count })];

        var parts = new TransformerChain<ITransformer>([.. views.Select(view => view.Model)]);
        IDataView scored = parts.Transform(input);
        ITransformer blend = label.IsBinary ? BinaryBlend(terms).Fit(scored) : MulticlassBlend(label, terms, scored);
        string[] passing = [.. terms.Select(term => term.Score), .. label.IsBinary ? Array.Empty<string>() : [All]];
        return new TransformerChain<ITransformer>(parts, blend, _ml.Transforms.DropColumns(passing).Fit(blend.Transform(scored)));
    }

    /// <inheritdoc/>
    /// <remarks>What is appended is what logistic regression appends.</remarks>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Logistic(_features).GetOutputSchema(inputSchema);

    /// <summary>Logistic regression of each view of a group that counts at all, and LightGBM of those that count for much.</summary>
    private IEnumerable<FittedView> Fit(IReadOnlyList<Range> group, int number, TrainingLabel label, IDataView rows, int count)
    {
        CutView[] views = [.. group.Select(view => Cut(view, rows))];
        (ITransformer Model, HeldOutPredictions? HeldOut)[] lines = [.. views.Select(view => Logistic(view.Features).FitAndHoldOut(view.Rows))];
        double[] shares = StackingWeights.Of([.. lines.Select(line => line.HeldOut)]);
        double[] lineShares = OfAtLeast(LeastShare, shares), treeShares = OfAtLeast(LeastShareOfTrees, shares);
        for (int i = 0; i < views.Length; i++)
        {
            if (lineShares[i] == 0) continue;
            List<(ITransformer Model, Term Term)> fitted = [(lines[i].Model, new($"LogisticScore{number}.{i}", Line * lineShares[i]))];
            if (treeShares[i] > 0) fitted.Add((LightGbm(label, views[i], count), new($"LightGbmScore{number}.{i}", (1 - Line) * treeShares[i])));
            yield return Fitted(views[i], fitted);
        }
    }

    /// <summary>The shares that are not below the least, or the largest where all are, together 1; 0 for the others.</summary>
    private static double[] OfAtLeast(double least, double[] shares)
    {
        least = Math.Min(least, shares.Max());
        double sum = shares.Where(share => share >= least).Sum();
        return Array.ConvertAll(shares, share => share >= least ? share / sum : 0);
    }

    private ITransformer LightGbm(TrainingLabel label, CutView view, int count) => (label.IsBinary
        ? LightGbmTrainers.Binary(_ml, _options.LightGbm, count, _label, view.Features)
        : LightGbmTrainers.Multiclass(_ml, _options.LightGbm, count, _label, view.Features)).Fit(view.Rows);

    /// <summary>Models of a view, each with its score in a column of its own: log-odds of two classes, probabilities of more.</summary>
    private FittedView Fitted(CutView view, List<(ITransformer Model, Term Term)> models)
    {
        var chain = new List<ITransformer>();
        if (view.Model is not null) chain.Add(view.Model);
        foreach ((ITransformer model, Term term) in models) chain.AddRange([model, _ml.Transforms.CopyColumns(term.Score, PredictionColumns.Score).Fit(model.Transform(view.Rows))]);
        if (view.Model is not null) chain.Add(_ml.Transforms.DropColumns(View).Fit(view.Rows));
        return new FittedView(new TransformerChain<ITransformer>([.. chain]), [.. models.Select(model => model.Term)]);
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

    private EstimatorChain<ExpressionTransformer> BinaryBlend(Term[] terms)
    {
        EstimatorChain<ExpressionTransformer> sum = new EstimatorChain<ITransformer>().Append(_ml.Transforms.Expression(PredictionColumns.Score, $"a => {terms[0].WeightText} * a", terms[0].Score));
        foreach (Term term in terms.Skip(1))
            sum = sum.Append(_ml.Transforms.Expression(PredictionColumns.Score, $"(sum, a) => sum + {term.WeightText} * a", PredictionColumns.Score, term.Score));
        return sum.Append(_ml.Transforms.Expression(PredictionColumns.Probability, "x => 1f / (1f + exp(-x))", PredictionColumns.Score))
            .Append(_ml.Transforms.Expression(PredictionColumns.PredictedLabel, "x => x > 0f", PredictionColumns.Score));
    }

    /// <summary>A softmax of the mean of all logarithms: maximum entropy with weights that are known.</summary>
    private TransformerChain<ITransformer> MulticlassBlend(TrainingLabel label, Term[] terms, IDataView scored)
    {
        EstimatorChain<ITransformer> logarithms = new();
        foreach (Term term in terms) logarithms = logarithms.Append<ITransformer>(_ml.Transforms.Expression(term.Score, Logarithm, term.Score));
        TransformerChain<ColumnConcatenatingTransformer> joined = logarithms.Append(_ml.Transforms.Concatenate(All, [.. terms.Select(term => term.Score)])).Fit(scored);
        IDataView rows = joined.Transform(scored);
        int count = ((VectorDataViewType)scored.Schema[terms[0].Score].Type).Size;
        int width = terms.Length * count;
        float[] values = [.. terms.Select(term => (float)term.Weight)];
        VBuffer<float>[] weights = [.. Enumerable.Range(0, count).Select(c => new VBuffer<float>(width, terms.Length, values, [.. Enumerable.Range(0, terms.Length).Select(t => t * count + c)]))];
        var model = new MaximumEntropyModelParameters(_ml, weights, new float[count], count, width, labelNames: null);
        return new TransformerChain<ITransformer>(joined, new MulticlassPredictionTransformer<MaximumEntropyModelParameters>(_ml, model, rows.Schema, All, label.Name));
    }

    /// <summary>Rows with a view of their features.</summary>
    /// <param name="Model">What makes the view; null for the whole.</param>
    /// <param name="Features">The column of the view.</param>
    /// <param name="Rows">The rows.</param>
    private sealed record CutView(ITransformer? Model, string Features, IDataView Rows);

    /// <summary>What is learned from one view.</summary>
    /// <param name="Model">What appends the scores.</param>
    /// <param name="Terms">The scores.</param>
    private sealed record FittedView(ITransformer Model, Term[] Terms);

    /// <summary>A score, and how much of the mean it is.</summary>
    private readonly record struct Term(string Score, double Weight)
    {
        public string WeightText => Weight.ToString("F9", CultureInfo.InvariantCulture) + "f";
    }
}
