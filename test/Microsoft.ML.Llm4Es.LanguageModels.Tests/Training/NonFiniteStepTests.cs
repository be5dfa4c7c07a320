using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class NonFiniteStepTests
{
    private const int PoisonedId = 31;

    private static readonly TrainingOptions Options = new() { Epochs = 1, ContextLength = 16, TokensPerBatch = 32, LearningRate = 0.01, Precision = ComputePrecision.Float32 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Train_WithPoisonedWeights_SaysThatTheWeightsAreToBlame()
    {
        using CausalLanguageModel model = CountingTask.Model();
        using (no_grad()) model.Parameters[0].fill_(float.NaN);

        var error = Assert.Throws<NotFiniteNumberException>(() => new CausalLanguageModelTrainer(model, Options).Train(CountingTask.Sequences(4, length: 12, seed: 0), cancellationToken: Token));

        Assert.Contains("stopped at step 1, epoch 1: the loss is NaN", error.Message, StringComparison.Ordinal);
        Assert.Contains("the weights themselves", error.Message, StringComparison.Ordinal);
        Assert.Contains("LearningRate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithASequenceThatIsToBlame_NamesItAndItsEntity()
    {
        using CausalLanguageModel model = PoisonedModel();
        using var corpus = TokenCorpus.FromSequences([[1, 2, 3], [4, 5, 6], [7, PoisonedId, 8], [9, 10, 11]], [10, 11, 12, 13]);

        var error = Assert.Throws<NotFiniteNumberException>(() => new CausalLanguageModelTrainer(model, Options).Train(corpus, cancellationToken: Token));

        Assert.Contains("holds sequence 2 (of entity 12).", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithALearningRateThatExplodes_StopsAndKeepsTheWeightsOfTheStepBefore()
    {
        using CausalLanguageModel model = CountingTask.Model();
        TrainingOptions options = Options with { Epochs = 50, LearningRate = 1e30, MaxGradientNorm = double.PositiveInfinity, WarmupSteps = 0 };
        var error = Assert.Throws<NotFiniteNumberException>(() => new CausalLanguageModelTrainer(model, options).Train(CountingTask.Sequences(40, length: 12, seed: 0), cancellationToken: Token));

        Assert.Contains("1e+30", error.Message, StringComparison.Ordinal);
        Assert.All(model.Parameters, parameter => Assert.True(parameter.isfinite().all().ToBoolean()));
        Assert.All(model.Parameters, parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void Train_Skipping_LeavesTheStepOutAndGoesOn()
    {
        int[][] sequences = [.. CountingTask.Sequences(60, length: 12, seed: 0).Select(sequence => sequence.Select(id => id % PoisonedId).ToArray())];
        sequences[7][3] = PoisonedId;
        using CausalLanguageModel model = PoisonedModel();
        List<string> log = [];
        TrainingProgress? last = null;
        TrainingOptions options = Options with { OnNonFinite = OnNonFinite.Skip, Epochs = 2, Log = log.Add };

        TrainingResult result = new CausalLanguageModelTrainer(model, options).Train(sequences, new Immediate(report => last = report), Token);

        Assert.Equal(2, result.SkippedSteps);
        Assert.Equal(2, last!.SkippedSteps);
        Assert.Equal(TimeSpan.Zero, last.Remaining);
        Assert.Equal(2, log.Count(line => line.Contains("sequence 7", StringComparison.Ordinal)));
        Assert.True(double.IsFinite(result.FinalLoss));
        Assert.Equal(result.Tokens, result.LossHistory[^1].Tokens);
        Assert.InRange(result.Tokens, 1, (2 * 60 * 11) - (2 * 11));
    }

    [Fact]
    public void Train_SkippingTooManyInARow_Stops()
    {
        using CausalLanguageModel model = CountingTask.Model();
        using (no_grad()) model.Parameters[0].fill_(float.NaN);
        List<string> log = [];
        TrainingOptions options = Options with { OnNonFinite = OnNonFinite.Skip, MaxSkippedInARow = 3, Log = log.Add };

        var error = Assert.Throws<NotFiniteNumberException>(() => new CausalLanguageModelTrainer(model, options).Train(CountingTask.Sequences(40, length: 12, seed: 0), cancellationToken: Token));

        Assert.Equal(3, log.Count);
        Assert.Contains("step 4", error.Message, StringComparison.Ordinal);
    }

    private static CausalLanguageModel PoisonedModel()
    {
        CausalLanguageModel model = CausalLanguageModel.Create(CountingTask.Configuration with { TieWordEmbeddings = false }, seed: 1);
        using (no_grad()) model.Parameters[0][PoisonedId].fill_(float.NaN);
        return model;
    }
}
