namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class ValidationTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 4, ContextLength = 16, TokensPerBatch = 64, LearningRate = 0.01, Precision = ComputePrecision.Float32 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Divide_KeepsEntitiesTogetherAndCoversAll()
    {
        using var corpus = TokenCorpus.FromSequences([.. Enumerable.Repeat<int[]>([1, 2], 100)], [.. Enumerable.Range(0, 100).Select(i => i % 25)]);

        (IReadOnlyList<int> training, IReadOnlyList<int> heldOut) = HeldOutEntities.Divide(corpus, new ValidationOptions { Share = 0.2 }, seed: 3);

        Assert.Equal(Enumerable.Range(0, 100), training.Concat(heldOut).Order());
        Assert.Equal(5, heldOut.Select(corpus.Entity).Distinct().Count());
        Assert.Empty(heldOut.Select(corpus.Entity).Intersect(training.Select(corpus.Entity)));
        Assert.Equal(heldOut, HeldOutEntities.Divide(corpus, new ValidationOptions { Share = 0.2 }, seed: 3).HeldOut);
        Assert.NotEqual(heldOut, HeldOutEntities.Divide(corpus, new ValidationOptions { Share = 0.2 }, seed: 4).HeldOut);
    }

    [Fact]
    public void Train_MeasuresTheLossOfHeldOutEntitiesAtTheEndOfEachEpoch()
    {
        using CausalLanguageModel model = CountingTask.Model();
        List<double?> reported = [];
        int[][] sequences = CountingTask.Sequences(120, length: 12, seed: 0);
        TrainingOptions options = Options with { Validation = new ValidationOptions { Share = 0.1 } };

        TrainingResult result = new CausalLanguageModelTrainer(model, options).Train(sequences, new Immediate(report => reported.Add(report.ValidationLoss)), Token);

        Assert.Equal(4, result.ValidationLosses.Count);
        Assert.Equal(4 * 108 * 11, result.Tokens);
        Assert.Equal(result.Steps, result.ValidationLosses[^1].Step);
        Assert.InRange(result.ValidationLosses[^1].Loss, 0, 0.3);
        Assert.Null(reported[0]);
        Assert.Equal(result.ValidationLosses.Select(point => (double?)point.Loss), reported.Where(loss => loss is not null).Distinct());
        (_, IReadOnlyList<int> heldOut) = HeldOutEntities.Divide(TokenCorpus.FromSequences(sequences), options.Validation, options.Seed);
        double best = new CausalLanguageModelTrainer(model, options).Loss([.. heldOut.Select(i => sequences[i])], Token);
        Assert.Equal(result.ValidationLosses.Min(point => point.Loss), best, 1e-6);
    }

    [Fact]
    public void Train_OnSequencesThatTeachNothing_StopsEarlyWithTheBestWeights()
    {
        using CausalLanguageModel model = CountingTask.Model();
        var random = new Random(1);
        int[][] noise = [.. Enumerable.Range(0, 60).Select(_ => Enumerable.Range(0, 20).Select(_ => random.Next(CountingTask.Vocabulary)).ToArray())];
        TrainingOptions options = Options with { Epochs = 100, Validation = new ValidationOptions { Share = 0.3, EverySteps = 10, Patience = 3 } };

        TrainingResult result = new CausalLanguageModelTrainer(model, options).Train(noise, cancellationToken: Token);

        Assert.Equal(TrainingEnd.EarlyStopping, result.End);
        Assert.Equal(result.BestStep + 30, result.Steps);
        TrainingLossPoint best = result.ValidationLosses.MinBy(point => point.Loss);
        Assert.Equal(result.BestStep, best.Step);
        (_, IReadOnlyList<int> heldOut) = HeldOutEntities.Divide(TokenCorpus.FromSequences(noise), options.Validation, options.Seed);
        Assert.Equal(best.Loss, new CausalLanguageModelTrainer(model, options).Loss([.. heldOut.Select(i => noise[i])], Token), 1e-6);
    }

    [Fact]
    public void EarlyStopping_CountsASmallImprovementAsNone()
    {
        var options = new ValidationOptions { Patience = 2, MinimumImprovement = 0.1 };
        EarlyStopping state = EarlyStopping.Start.After(1, 2.0, options).After(2, 1.95, options);
        Assert.Equal((1, 2.0, 1), (state.BestStep, state.BestLoss, state.Checks));
        Assert.False(state.Stops(options));
        Assert.True(state.After(3, double.NaN, options).Stops(options));
        Assert.Equal(3, state.After(3, 1.9, options).BestStep);
    }

    [Fact]
    public void Train_WithOneEntity_SaysThatThereIsNothingToHoldOut()
    {
        using CausalLanguageModel model = CountingTask.Model();
        TrainingOptions options = Options with { Validation = new ValidationOptions() };
        var error = Assert.Throws<ArgumentException>(() => new CausalLanguageModelTrainer(model, options).Train([[1, 2, 3], [1]], cancellationToken: Token));
        Assert.Contains("only 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_RefuseValuesOutOfRange()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ValidationOptions { Share = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ValidationOptions { Share = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ValidationOptions { EverySteps = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ValidationOptions { Patience = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ValidationOptions { MinimumImprovement = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CheckpointOptions("x") { EverySteps = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CheckpointOptions("x") { EveryMinutes = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CheckpointOptions("x") { Keep = 0 });
    }
}
