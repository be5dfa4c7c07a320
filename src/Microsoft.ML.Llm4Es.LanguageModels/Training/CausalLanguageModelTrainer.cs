using System.Diagnostics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Trains a language model to predict the next token of sequences, and measures how well it does.</summary>
/// <remarks>
/// Rows of different length run through the model end to end, without padding. Each step clips the gradient of the mean cross-entropy over
/// its targets and updates all trainable parameters with AdamW. Not safe for use by several threads at once.
/// </remarks>
public sealed class CausalLanguageModelTrainer
{
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

    /// <summary>Trains the model on sequences.</summary>
    /// <param name="sequences">Token ids, special tokens included. Sequences of 0 or 1 token have nothing to predict and are skipped.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellationToken">Ends training; the model keeps the weights of the last finished step.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentException">No sequence has two tokens, or one holds an id outside the model's vocabulary.</exception>
    /// <exception cref="NotFiniteNumberException">The loss or the gradient is no longer a finite number; the model keeps the weights of the step before.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public TrainingResult Train(IReadOnlyList<int[]> sequences, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        CheckIds(sequences);
        if (_options.SequenceWeights is { } weights && weights.Count != sequences.Count)
            throw new ArgumentException($"{nameof(TrainingOptions.SequenceWeights)} has {weights.Count} weights for {sequences.Count} sequences; one for each is expected.", nameof(sequences));
        var plan = new TrainingPlan(sequences, _options);
        if (plan.TotalSteps == 0) throw NothingToPredict(sequences);

        using PrecisionScope precision = UsePrecision();
        using var optimizer = new AdamW(_model.TrainableParameters.Select(named => named.Parameter), _options);
        var history = new TrainingLossHistory(plan.TotalSteps);
        var clock = Stopwatch.StartNew();
        foreach (TrainingStep step in plan.Steps())
        {
            double learningRate = plan.LearningRate(step);
            (double loss, double gradientNorm) = Step(optimizer, sequences, step, learningRate, cancellationToken);
            history.Add(step, loss);

            double tokensPerSecond = history.Tokens / clock.Elapsed.TotalSeconds;
            progress?.Report(new TrainingProgress(
                step.Number, plan.TotalSteps, step.Epoch, loss, learningRate, gradientNorm, history.Tokens, tokensPerSecond,
                Elapsed: clock.Elapsed,
                Remaining: TimeSpan.FromSeconds((plan.TotalTokens - history.Tokens) / tokensPerSecond)));
        }

        return new TrainingResult(plan.TotalSteps, plan.TotalTokens, history.Points[^1].Loss, history.Points, clock.Elapsed);
    }

    /// <summary>Computes the mean cross-entropy of the next token over sequences, without training on them.</summary>
    /// <param name="sequences">Token ids, special tokens included. Sequences of 0 or 1 token have nothing to predict and are skipped.</param>
    /// <param name="cancellationToken">Ends the computation.</param>
    /// <returns>The mean over all targets, in nats; its exponential is the perplexity. Sequences longer than <see cref="TrainingOptions.ContextLength"/> are cut at its multiples.</returns>
    /// <exception cref="ArgumentException">No sequence has two tokens, or one holds an id outside the model's vocabulary.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public double Loss(IReadOnlyList<int[]> sequences, CancellationToken cancellationToken = default)
    {
        CheckIds(sequences);
        List<TrainingWindow> windows = [.. TrainingWindow.Cut(sequences, _options.ContextLength, random: null)];
        if (windows.Count == 0) throw NothingToPredict(sequences);

        using PrecisionScope precision = UsePrecision();
        double sum = 0;
        foreach (TrainingWindow[] rows in TrainingBatches.Sorted(windows, _options.TokensPerBatch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using NextTokenBatch batch = NextTokenBatch.Create(sequences, rows, _model);
            sum += NextTokenLoss.Sum(_model, batch);
        }

        return sum / windows.Sum(window => (long)window.Length);
    }

    /// <summary>Makes one optimizer step.</summary>
    /// <returns>The mean loss over the targets of the step, and the norm of its gradient before clipping.</returns>
    internal (double Loss, double GradientNorm) Step(
        AdamW optimizer, IReadOnlyList<int[]> sequences, TrainingStep step, double learningRate, CancellationToken cancellationToken)
    {
        double loss = 0;
        foreach ((int index, TrainingWindow[] rows) in step.Batches.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            _model.Adapter?.StartBatch(step.Number, index);
            using NextTokenBatch batch = NextTokenBatch.Create(sequences, rows, _model);
            loss += NextTokenLoss.SumWithGradients(_model, batch, 1.0 / step.Tokens) / step.Tokens;
        }

        double gradientNorm = optimizer.GradientNorm();
        if (!double.IsFinite(loss)) throw NotFinite("loss", loss, step, learningRate);
        if (!double.IsFinite(gradientNorm)) throw NotFinite("gradient's norm", gradientNorm, step, learningRate);

        optimizer.Step(learningRate, gradientNorm);
        _model.WeightsChanged();
        return (loss, gradientNorm);
    }

    private static NotFiniteNumberException NotFinite(string what, double value, TrainingStep step, double learningRate) =>
        new(
            FormattableString.Invariant($"Training stopped at step {step.Number}, epoch {step.Epoch}: the {what} is {value} at a learning rate of {learningRate:g3}. ")
            + "The model keeps the weights of the step before. Lower LearningRate, lengthen the warm-up or lower MaxGradientNorm; "
            + "if it is the first step, the weights themselves may hold values that are not finite.",
            value);

    private static ArgumentException NothingToPredict(IReadOnlyList<int[]> sequences) =>
        new($"None of the {sequences.Count} sequences has two tokens or more, so there is no next token to predict. Check that the texts are not empty.", nameof(sequences));

    private void CheckIds(IReadOnlyList<int[]> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        int vocabulary = _model.Configuration.VocabularySize;
        for (int i = 0; i < sequences.Count; i++)
        {
            foreach (int id in sequences[i])
            {
                if ((uint)id < (uint)vocabulary) continue;
                throw new ArgumentException(
                    $"Sequence {i} holds token id {id}, but the model's vocabulary has ids 0 to {vocabulary - 1}. Encode the texts with the model's own tokenizer.",
                    nameof(sequences));
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
