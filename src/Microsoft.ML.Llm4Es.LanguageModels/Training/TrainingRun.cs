namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>One call of <see cref="CausalLanguageModelTrainer"/>: goes through the plan step by step, from a checkpoint on if there is one.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly CausalLanguageModelTrainer _trainer;
    private readonly CausalLanguageModel _model;
    private readonly TrainingOptions _options;
    private readonly TokenCorpus _corpus;
    private readonly IReadOnlyList<int> _heldOut;
    private readonly TrainingPlan _plan;
    private readonly AdamW _optimizer;
    private readonly BestWeights _best;
    private readonly TrainingCheckpoints? _checkpoints;
    private readonly TrainingReport _report;
    private readonly CancellationToken _cancellation;
    private TrainingState _state = new();

    internal TrainingRun(
        CausalLanguageModelTrainer trainer, CausalLanguageModel model, TrainingOptions options, TokenCorpus corpus, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        _trainer = trainer;
        _model = model;
        _options = options;
        _corpus = corpus;
        _cancellation = cancellation;
        (IReadOnlyList<int> training, _heldOut) = HeldOutEntities.Divide(corpus, options.Validation, options.Seed);
        _plan = new TrainingPlan(corpus, training, options);
        if (_plan.TotalSteps == 0) throw CausalLanguageModelTrainer.NothingToPredict(corpus);

        IReadOnlyList<NamedParameter> weights = model.TrainableParameters;
        _optimizer = new AdamW(weights.Select(named => named.Parameter), options);
        _best = new BestWeights(weights);
        _report = new TrainingReport(_plan, options, progress);
        try
        {
            if (options.Checkpoints is not null) _checkpoints = new TrainingCheckpoints(options, corpus, model, weights, _optimizer, _best);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal TrainingResult Run()
    {
        if (_checkpoints?.Resume() is { } resumed) _state = resumed;
        int resumedFrom = _state.Step;
        _report.Start(_state);
        try
        {
            if (_state.End is null) End(MakeSteps());
        }
        catch (OperationCanceledException)
        {
            Save();
            if (_options.OnCancellation is OnCancellation.Throw || !_cancellation.IsCancellationRequested) throw;

            _state = _state with { End = TrainingEnd.Canceled };
            RestoreBest();
        }

        TrainingLossHistory losses = _state.Losses.Ended(_state.Step);
        return new TrainingResult(
            _state.Step,
            losses.Tokens,
            losses.Points.Count > 0 ? losses.Points[^1].Loss : double.NaN,
            losses.Points,
            _state.Elapsed,
            _state.End!.Value,
            _state.ValidationLosses,
            _state.EarlyStopping.BestStep > 0 ? _state.EarlyStopping.BestStep : _state.Step,
            _state.Skipped,
            resumedFrom);
    }

    public void Dispose()
    {
        _report.Dispose();
        _checkpoints?.Dispose();
        _best.Dispose();
        _optimizer.Dispose();
    }

    private TrainingEnd MakeSteps()
    {
        foreach (TrainingStep step in _plan.Steps())
        {
            if (step.Number < _state.Step) continue;

            if (step.Number == _state.Step)
            {
                // A run that was canceled between a step and its measurement takes the measurement when it goes on.
                if (IsMeasured(step)) Measure(step);
            }
            else
            {
                MakeStep(step);
            }

            if (_options.Validation is { } validation && _state.EarlyStopping.Stops(validation)) return TrainingEnd.EarlyStopping;
            if (_checkpoints?.IsDue(step.Number) == true) Save();
        }

        return TrainingEnd.Completed;
    }

    private void MakeStep(TrainingStep step)
    {
        double learningRate = _plan.LearningRate(step);
        (double loss, double gradientNorm) = (double.NaN, double.NaN);
        try
        {
            (loss, gradientNorm) = _trainer.Step(_optimizer, _corpus, step, learningRate, _cancellation);
            _state = _state with { Step = step.Number, Losses = _state.Losses.After(step, loss, _plan.TotalSteps), SkippedInARow = 0 };
        }
        catch (NotFiniteNumberException problem) when (_options.OnNonFinite is OnNonFinite.Skip && _state.SkippedInARow < _options.MaxSkippedInARow)
        {
            LeaveOut(step, problem);
        }
        catch (Exception cause) when (MemoryShortage.IsCause(cause))
        {
            throw MemoryShortage.Explain(cause, $"step {step.Number}", _options, _model);
        }

        if (IsMeasured(step)) Measure(step);
        _state = _state with { Elapsed = _report.Elapsed };
        _report.Add(step, _state, learningRate, loss, gradientNorm);
    }

    private void LeaveOut(TrainingStep step, NotFiniteNumberException problem)
    {
        _optimizer.ClearGradients();
        _state = _state with
        {
            Step = step.Number,
            Skipped = _state.Skipped + 1,
            SkippedInARow = _state.SkippedInARow + 1,
            SkippedTokens = _state.SkippedTokens + step.Tokens,
        };
        _options.Log?.Invoke($"Step {step.Number} was left out; {_state.Skipped} were so far. {problem.Message}");
    }

    private bool IsMeasured(TrainingStep step)
    {
        if (_options.Validation is not { } validation || _state.ValidationLosses is [.., var last] && last.Step == step.Number) return false;
        bool isDue = validation.EverySteps is { } steps ? step.Number % steps == 0 : step.EndsEpoch;
        return isDue || step.Number == _plan.TotalSteps;
    }

    private void Measure(TrainingStep step)
    {
        double loss;
        try
        {
            loss = _trainer.Loss(_corpus, _heldOut, _cancellation);
        }
        catch (Exception cause) when (MemoryShortage.IsCause(cause))
        {
            throw MemoryShortage.Explain(cause, $"validation after step {step.Number}", _options, _model);
        }

        _state = _state with
        {
            ValidationLosses = [.. _state.ValidationLosses, new TrainingLossPoint(step.Number, _state.Losses.Tokens, loss)],
            EarlyStopping = _state.EarlyStopping.After(step.Number, loss, _options.Validation!),
        };
        if (_state.EarlyStopping.BestStep == step.Number) _best.Keep();
    }

    private void End(TrainingEnd end)
    {
        RestoreBest();
        _state = _state with { End = end };
        Save();
    }

    private void RestoreBest()
    {
        _best.Restore();
        _model.WeightsChanged();
    }

    private void Save() => _checkpoints?.Save(_state);
}
