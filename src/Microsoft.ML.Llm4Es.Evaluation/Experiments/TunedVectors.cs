using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// The vectors of trials. A model is tuned once for all trials that differ in pooling and classifier only, and its vectors hold all ways of pooling of the space.
/// Those of the last model stay in memory; others are in the experiment's folder, with their models.
/// </summary>
/// <param name="ml">The context.</param>
/// <param name="settings">The experiment.</param>
/// <param name="entities">A row for each entity, without its label.</param>
/// <param name="count">The number of entities.</param>
internal sealed class TunedVectors(MLContext ml, Llm4EsExperimentSettings settings, IDataView entities, int count)
{
    private readonly Dictionary<FittedRows, (RepresentationVectors Vectors, PoolingOptions Union)> _last = [];
    private string _lastKey = "";

    /// <summary>The vectors of all entities, as the trial pools them, and the seconds that it took to make them now.</summary>
    public (VectorPart Vectors, double FitSeconds, double EmbedSeconds) Of(TrialPlan trial, FittedRows fitted, IProgress<EvaluationProgress>? progress, CancellationToken cancellation)
    {
        string key = trial.Settings.TuningKey(trial.Share);
        if (key != _lastKey) _last.Clear();
        _lastKey = key;
        bool isKnown = _last.TryGetValue(fitted, out (RepresentationVectors Vectors, PoolingOptions Union) made);
        if (!isKnown)
        {
            TunedEmbedder embedder = Embedder(trial, fitted, settings.Space.Poolings, new EmbeddingCacheOptions { Entries = 0, Folder = Path.Combine(settings.Folder, "vectors") }, cancellation);
            IDataView fittedRows = fitted.Rows is null ? entities : new RowSubset(entities, fitted.Rows);
            var representation = new Representation($"trial {trial.Trial}", embedder, TunedEmbedder.Output);
            made = (RepresentationVectors.Compute(representation, fittedRows, fitted.Rows?.Length ?? count, entities, count, progress, cancellation), embedder.Pooling!);
            _last.Add(fitted, made);
        }

        float[][] rows = TrialPooling.Cut(made.Vectors.Rows, made.Union, trial.Settings.Pooling);
        var vectors = new VectorPart(rows, TextComponents.Views(TrialPooling.Cut([[.. made.Vectors.SlotNames]], made.Union, trial.Settings.Pooling)[0]));
        return isKnown ? (vectors, 0, 0) : (vectors, made.Vectors.FitSeconds, made.Vectors.EmbedSeconds);
    }

    /// <summary>What makes the trial's vectors, tuned on all entities.</summary>
    public ITransformer Embedder(TrialPlan trial, CancellationToken cancellation) =>
        Embedder(trial, FittedRows.All, [trial.Settings.Pooling], new EmbeddingCacheOptions(), cancellation).Fit(entities);

    private TunedEmbedder Embedder(TrialPlan trial, FittedRows fitted, IReadOnlyList<PoolingOptions> poolings, EmbeddingCacheOptions cache, CancellationToken cancellation)
    {
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(trial.Settings.TuningKey(trial.Share))).AsSpan(0, 8));
        string folder = Path.Combine(settings.Folder, "models", $"{key}-{fitted.Name}");
        return new TunedEmbedder(ml, trial.Settings, trial.Share, settings.Seed, folder, cancellation) { Poolings = poolings, Cache = cache };
    }
}
