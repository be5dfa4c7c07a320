namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Saves the state of one run, its weights and its optimizer, and reads them back.</summary>
internal sealed class TrainingCheckpoints : IDisposable
{
    private const string WeightPrefix = "weight.";
    private const string BestPrefix = "best.";

    private readonly CheckpointOptions _options;
    private readonly CausalLanguageModel _model;
    private readonly IReadOnlyList<NamedParameter> _weights;
    private readonly AdamW _optimizer;
    private readonly BestWeights _best;
    private readonly Action<string>? _log;
    private readonly CheckpointFolder _folder;
    private IReadOnlyDictionary<string, string> _fingerprint;
    private (int Step, TrainingEnd? End)? _saved;
    private DateTime _savedAt = DateTime.UtcNow;

    internal TrainingCheckpoints(TrainingOptions options, TokenCorpus corpus, CausalLanguageModel model, IReadOnlyList<NamedParameter> weights, AdamW optimizer, BestWeights best)
    {
        _options = options.Checkpoints!;
        _model = model;
        _weights = weights;
        _optimizer = optimizer;
        _best = best;
        _log = options.Log;
        _fingerprint = RunFingerprint.Of(corpus, options, model);
        _folder = new CheckpointFolder(_options, options.Log);
    }

    /// <summary>Reads the newest sound checkpoint into the model and the optimizer.</summary>
    /// <returns>Where that run stood; null if there is no checkpoint.</returns>
    /// <exception cref="InvalidOperationException">It is of another run.</exception>
    internal TrainingState? Resume()
    {
        using TrainingCheckpoint? checkpoint = _folder.OpenNewest();
        if (checkpoint is null) return null;

        CheckFingerprint(checkpoint);
        if (checkpoint.State.EarlyStopping.BestStep > 0 && checkpoint.State.End is null) _best.Allocate();
        checkpoint.CopyTo(Tensors());
        _model.WeightsChanged();
        _saved = (checkpoint.State.Step, checkpoint.State.End);
        _log?.Invoke($"Going on from step {checkpoint.State.Step}, {checkpoint.Path}.");
        return checkpoint.State;
    }

    internal bool IsDue(int step) =>
        step % _options.EverySteps == 0 || (DateTime.UtcNow - _savedAt).TotalMinutes >= _options.EveryMinutes;

    /// <summary>Writes a checkpoint, unless there is one of this state.</summary>
    internal void Save(TrainingState state)
    {
        if (_saved == (state.Step, state.End)) return;

        _folder.Save(state.Step, stream => TrainingCheckpoint.Write(stream, _fingerprint, state, Tensors()));
        _saved = (state.Step, state.End);
        _savedAt = DateTime.UtcNow;
    }

    public void Dispose() => _folder.Dispose();

    private IEnumerable<NamedTensor> Tensors() =>
    [
        .. _weights.Select(named => new NamedTensor(WeightPrefix + named.Name, named.Parameter)),
        .. _weights.Zip(_optimizer.Means, (named, mean) => new NamedTensor("mean." + named.Name, mean)),
        .. _weights.Zip(_optimizer.Squares, (named, square) => new NamedTensor("square." + named.Name, square)),
        new NamedTensor("steps", _optimizer.Count),
        .. _best.Copies.Select(named => named with { Name = BestPrefix + named.Name }),
    ];

    private void CheckFingerprint(TrainingCheckpoint checkpoint)
    {
        IReadOnlyList<(string Name, string Was, string Is)> differences = RunFingerprint.Differences(checkpoint.Fingerprint, _fingerprint);
        // A model that a run of this process left with the checkpoint's weights, as after a cancellation, may go on as well as a fresh one.
        bool isSame = differences.All(difference => difference.Name == RunFingerprint.InitialWeights)
            && (differences.Count == 0 || HasWeights(checkpoint, WeightPrefix) || HasWeights(checkpoint, BestPrefix));
        if (!isSame)
        {
            throw new InvalidOperationException(
                $"The checkpoints in {_options.Folder} belong to another run. What differs: {string.Join("; ", differences.Select(difference => $"{difference.Name} was {difference.Was}, is {difference.Is}"))}. "
                + "Give this run a folder of its own, delete that one to start anew, or call with what it was called with to go on.");
        }

        _fingerprint = checkpoint.Fingerprint;
    }

    private bool HasWeights(TrainingCheckpoint checkpoint, string prefix) =>
        checkpoint.Equals(_weights.Select(named => new NamedTensor(prefix + named.Name, named.Parameter)));
}
