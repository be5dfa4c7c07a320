using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Trains a language model to predict the next token of sequences, and measures how well it does.</summary>
/// <remarks>
/// Rows of different length run through the model end to end, without padding. Each step clips the gradient of the mean cross-entropy over
/// its targets and updates all trainable parameters with AdamW. Not safe for use by several threads at once.
/// </remarks>
public sealed class CausalLanguageModelTrainer
{
    private const string OverloadsDiffer = "The overloads differ in their first parameter, so that no call is ambiguous.";

    private readonly CausalLanguageModel _model;
    private readonly TrainingOptions _options;

    /// <summary>Initializes a trainer.</summary>
    /// <param name="model">The model to train in place. The trainer does not dispose it.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">A batch has no room for a window of <see cref="TrainingOptions.ContextLength"/> tokens.</exception>
    public CausalLanguageModelTrainer(CausalLanguageModel model, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        if (options.ContextLength > options.TokensPerBatch)
        {
            throw new ArgumentException(
                $"{nameof(TrainingOptions.ContextLength)} is {options.ContextLength}, more than {nameof(TrainingOptions.TokensPerBatch)}, {options.TokensPerBatch}: "
                + "a window would not fit into a batch. Lower the first or raise the second.",
                nameof(options));
        }

        _model = model;
        _options = options;
    }

    /// <summary>Trains the model on sequences in memory.</summary>
    /// <param name="sequences">Token ids, special tokens included. Sequences of 0 or 1 token have nothing to predict and are skipped.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellationToken">Ends training; <see cref="TrainingOptions.OnCancellation"/> says how.</param>
    /// <returns>What was done.</returns>
    /// <inheritdoc cref="Train(TokenCorpus, IProgress{TrainingProgress}?, CancellationToken)" path="/exception"/>
    [SuppressMessage("ApiDesign", "RS0026", Justification = OverloadsDiffer)]
    public TrainingResult Train(IReadOnlyList<int[]> sequences, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Train(TokenCorpus.FromSequences(sequences), progress, cancellationToken);

    /// <summary>Trains the model on a corpus, which may be larger than memory.</summary>
    /// <param name="corpus">The sequences. Those of 0 or 1 token have nothing to predict and are skipped.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellationToken">Ends training; <see cref="TrainingOptions.OnCancellation"/> says how.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentException">No sequence has two tokens, or one holds an id outside the model's vocabulary.</exception>
    /// <exception cref="NotFiniteNumberException">The loss or the gradient is no longer a finite number; the model keeps the weights of the step before.</exception>
    /// <exception cref="InsufficientMemoryException">Memory does not suffice; the message says which setting to lower.</exception>
    /// <exception cref="InvalidOperationException">The checkpoint folder belongs to a run with other data, options or model; or the weights are kept in bfloat16, in which they are not trained.</exception>
    /// <exception cref="InvalidDataException">All checkpoints are damaged.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written; the last good one is intact.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled, and <see cref="TrainingOptions.OnCancellation"/> is <see cref="OnCancellation.Throw"/>.</exception>
    [SuppressMessage("ApiDesign", "RS0026", Justification = OverloadsDiffer)]
    public TrainingResult Train(TokenCorpus corpus, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (_model.TrainableParameters.Count == 0)
            throw new InvalidOperationException("No weight of the model can be trained: it was loaded with weights in bfloat16, in which small steps would be lost. Load it with weights: ComputePrecision.Float32, or attach an adapter.");
        CheckIds(corpus);
        if (_options.SequenceWeights is { } weights && weights.Count != corpus.Count)
            throw new ArgumentException($"{nameof(TrainingOptions.SequenceWeights)} has {weights.Count} weights for {corpus.Count} sequences; one for each is expected.", nameof(corpus));

        using IDisposable? heap = TorchRuntime.KeepFreedMemory();
        using PrecisionScope precision = UsePrecision();
        using var run = new TrainingRun(this, _model, _options, corpus, progress, cancellationToken);
        return run.Run();
    }

    /// <summary>Computes the mean cross-entropy of the next token over sequences, without training on them.</summary>
    /// <param name="sequences">Token ids, special tokens included. Sequences of 0 or 1 token have nothing to predict and are skipped.</param>
    /// <param name="cancellationToken">Ends the computation.</param>
    /// <returns>The mean over all targets, in nats; its exponential is the perplexity. Sequences longer than <see cref="TrainingOptions.ContextLength"/> are cut at its multiples.</returns>
    /// <exception cref="ArgumentException">No sequence has two tokens, or one holds an id outside the model's vocabulary.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public double Loss(IReadOnlyList<int[]> sequences, CancellationToken cancellationToken = default)
    {
        TokenCorpus corpus = TokenCorpus.FromSequences(sequences);
        CheckIds(corpus);
        using PrecisionScope precision = UsePrecision();
        return Loss(corpus, [.. Enumerable.Range(0, corpus.Count)], cancellationToken);
    }

    /// <summary>Computes the mean cross-entropy of the next token over some sequences of a corpus.</summary>
    internal double Loss(TokenCorpus corpus, IReadOnlyList<int> sequences, CancellationToken cancellationToken)
    {
        List<TrainingWindow> windows = [.. TrainingWindow.Cut(corpus, sequences, _options.ContextLength, random: null)];
        if (windows.Count == 0) throw NothingToPredict(corpus);

        double sum = 0;
        foreach (TrainingWindow[] rows in TrainingBatches.Sorted(windows, _options.TokensPerBatch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using NextTokenBatch batch = NextTokenBatch.Create(corpus, rows, _model);
            sum += NextTokenLoss.Sum(_model, batch);
        }

        return sum / windows.Sum(window => (long)window.Length);
    }

    /// <summary>Makes one optimizer step.</summary>
    /// <returns>The mean loss over the targets of the step, and the norm of its gradient before clipping.</returns>
    /// <exception cref="NotFiniteNumberException">One of the two is not finite; the weights are as before.</exception>
    internal (double Loss, double GradientNorm) Step(
        AdamW optimizer, TokenCorpus corpus, TrainingStep step, double learningRate, CancellationToken cancellationToken)
    {
        double loss = 0;
        foreach ((int index, TrainingWindow[] rows) in step.Batches.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            _model.Adapter?.StartBatch(step.Number, index);
            using NextTokenBatch batch = NextTokenBatch.Create(corpus, rows, _model);
            loss += NextTokenLoss.SumWithGradients(_model, batch, 1.0 / step.Tokens, _options.RecomputeActivations) / step.Tokens;
        }

        double gradientNorm = optimizer.GradientNorm();
        if (!double.IsFinite(loss) || !double.IsFinite(gradientNorm))
            throw new NonFiniteStep(_model, corpus, step, learningRate, loss, gradientNorm).ToException();

        optimizer.Step(learningRate, gradientNorm);
        _model.WeightsChanged();
        return (loss, gradientNorm);
    }

    internal static ArgumentException NothingToPredict(TokenCorpus corpus) =>
        new($"None of the {corpus.Count} sequences has two tokens or more, so there is no next token to predict. Check that the texts are not empty.", nameof(corpus));

    private void CheckIds(TokenCorpus corpus)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        var ids = new int[1 << 14];
        for (int sequence = 0; sequence < corpus.Count; sequence++)
        {
            int length = corpus.Length(sequence);
            for (int start = 0; start < length; start += ids.Length)
            {
                Span<int> chunk = ids.AsSpan(0, Math.Min(ids.Length, length - start));
                corpus.CopyTo(sequence, start, chunk);
                TokenCorpusStream.CheckIds(chunk, _model.Configuration.VocabularySize, sequence);
            }
        }
    }

    /// <summary>Lets the model compute in the options' precision until the result is disposed.</summary>
    private PrecisionScope UsePrecision() => new(_model, _options.Precision);

    private readonly ref struct PrecisionScope
    {
        private readonly CausalLanguageModel _model;
        private readonly ComputePrecision _before;

        internal PrecisionScope(CausalLanguageModel model, ComputePrecision precision)
        {
            _model = model;
            _before = model.Precision;
            model.Precision = precision;
        }

        public void Dispose() => _model.Precision = _before;
    }
}
