namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What one optimizer step trains on: batches whose gradients are summed, and the number of their targets.</summary>
/// <param name="Number">The step, from 1.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Batches">The windows of each batch.</param>
/// <param name="Tokens">The number of targets over all batches; each has one input.</param>
/// <param name="EndsEpoch">Whether it is the last of its epoch.</param>
internal readonly record struct TrainingStep(int Number, int Epoch, TrainingWindow[][] Batches, int Tokens, bool EndsEpoch = false);

/// <summary>Lays out which windows of which sequences each step trains on; the same sequences and options give the same plan.</summary>
internal sealed class TrainingPlan
{
    private readonly TokenCorpus _corpus;
    private readonly IReadOnlyList<int> _sequences;
    private readonly TrainingOptions _options;

    /// <param name="corpus">All sequences.</param>
    /// <param name="sequences">Those to train on.</param>
    /// <param name="options">The settings.</param>
    internal TrainingPlan(TokenCorpus corpus, IReadOnlyList<int> sequences, TrainingOptions options)
    {
        _corpus = corpus;
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
            List<int> drawn = [.. EpochDraw.Sequences(_sequences, _options.SequenceWeights, random)];
            List<TrainingWindow> windows = [.. TrainingWindow.Cut(_corpus, drawn, _options.ContextLength, random)];
            List<TrainingWindow[]> batches = TrainingBatches.Shuffled(windows, _options.TokensPerBatch, random);
            int batchesDone = 0;
            foreach (TrainingWindow[][] stepBatches in batches.Chunk(_options.GradientAccumulation))
            {
                batchesDone += stepBatches.Length;
                int stepTokens = stepBatches.Sum(batch => batch.Sum(window => window.Length));
                yield return new TrainingStep(++number, epoch, stepBatches, stepTokens, EndsEpoch: batchesDone == batches.Count);

                tokens += stepTokens;
                if (tokens >= _options.MaxTokens) yield break;
            }
        }
    }
}
