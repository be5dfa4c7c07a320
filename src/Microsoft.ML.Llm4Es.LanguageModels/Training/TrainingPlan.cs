namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What one optimizer step trains on: batches whose gradients are summed, and the number of their targets.</summary>
/// <param name="Number">The step, from 1.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Batches">The windows of each batch.</param>
/// <param name="Tokens">The number of targets over all batches; each has one input.</param>
internal readonly record struct TrainingStep(int Number, int Epoch, TrainingWindow[][] Batches, int Tokens);

/// <summary>Lays out which windows of which sequences each step trains on; the same sequences and options give the same plan.</summary>
internal sealed class TrainingPlan
{
    private readonly IReadOnlyList<int[]> _sequences;
    private readonly TrainingOptions _options;

    internal TrainingPlan(IReadOnlyList<int[]> sequences, TrainingOptions options)
    {
        _sequences = sequences;
        _options = options;
        foreach (TrainingStep step in Steps())
        {
            TotalSteps = step.Number;
            TotalTokens += step.Tokens;
        }
    }

    /// <summary>The number of steps over all epochs, or until the budget of tokens is reached.</summary>
    internal int TotalSteps { get; }

    /// <summary>The number of targets over all steps.</summary>
    internal long TotalTokens { get; }

    /// <summary>The learning rate of a step.</summary>
    internal double LearningRate(TrainingStep step)
    {
        int warmupSteps = _options.WarmupSteps ?? (int)Math.Round(_options.WarmupFraction * TotalSteps);
        return _options.LearningRate * _options.Schedule.Factor(step.Number - 1, warmupSteps, TotalSteps);
    }

    /// <summary>The steps of all epochs in order; holds the windows of one epoch at a time.</summary>
    internal IEnumerable<TrainingStep> Steps()
    {
        int number = 0;
        long tokens = 0;
        for (int epoch = 1; epoch <= _options.Epochs; epoch++)
        {
            // The factor keeps the epochs of one seed apart from those of its neighbours.
            var random = new Random(unchecked((_options.Seed * 1_000_003) + epoch));
            IEnumerable<int> drawn = EpochDraw.Sequences(Enumerable.Range(0, _sequences.Count), _options.SequenceWeights, random);
            List<TrainingWindow> windows = [.. TrainingWindow.Cut(_sequences, [.. drawn], _options.ContextLength, random)];
            List<TrainingWindow[]> batches = TrainingBatches.Shuffled(windows, _options.TokensPerBatch, random);
            foreach (TrainingWindow[][] stepBatches in batches.Chunk(_options.GradientAccumulation))
            {
                int stepTokens = stepBatches.Sum(batch => batch.Sum(window => window.Length));
                yield return new TrainingStep(++number, epoch, stepBatches, stepTokens);

                tokens += stepTokens;
                if (tokens >= _options.MaxTokens) yield break;
            }
        }
    }
}
