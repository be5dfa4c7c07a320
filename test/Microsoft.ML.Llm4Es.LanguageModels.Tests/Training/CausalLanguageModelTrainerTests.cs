using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class CausalLanguageModelTrainerTests
{
    private const int Vocabulary = CountingTask.Vocabulary;

    private static readonly TrainingOptions Options = new()
    {
        Epochs = 4,
        ContextLength = 16,
        TokensPerBatch = 64,
        LearningRate = 0.01,
        Precision = ComputePrecision.Float32,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Train_LearnsToCount()
    {
        using CausalLanguageModel model = CountingTask.Model();
        var trainer = new CausalLanguageModelTrainer(model, Options);
        int[][] heldOut = [.. CountingTask.Sequences(8, length: 12, seed: 1)];

        double before = trainer.Loss(heldOut, Token);
        TrainingResult result = trainer.Train(CountingTask.Sequences(120, length: 12, seed: 0), cancellationToken: Token);
        double after = trainer.Loss(heldOut, Token);

        Assert.InRange(before, Math.Log(Vocabulary) - 0.3, Math.Log(Vocabulary) + 0.3);
        Assert.InRange(after, 0, 0.1);
        Assert.InRange(result.FinalLoss, 0, 0.2);
        Assert.Equal(4 * 120 * 11, result.Tokens);
        Assert.Equal(result.Steps, result.LossHistory[^1].Step);
        Assert.Equal(result.Tokens, result.LossHistory[^1].Tokens);
    }

    [Fact]
    public void Train_InBFloat16_LearnsToo()
    {
        using CausalLanguageModel model = CountingTask.Model();
        var trainer = new CausalLanguageModelTrainer(model, Options with { Precision = ComputePrecision.BFloat16 });

        TrainingResult result = trainer.Train(CountingTask.Sequences(120, length: 12, seed: 0), cancellationToken: Token);

        Assert.InRange(result.FinalLoss, 0, 0.2);
        Assert.All(model.Parameters, parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
    }

    [Fact]
    public void Train_IsRepeatableBySeed()
    {
        Assert.Equal(Final(seed: 5), Final(seed: 5));
        Assert.NotEqual(Final(seed: 5), Final(seed: 6));

        static float[] Final(int seed)
        {
            using CausalLanguageModel model = CountingTask.Model();
            new CausalLanguageModelTrainer(model, Options with { Seed = seed, Epochs = 1 }).Train(CountingTask.Sequences(40, length: 40, seed: 0));
            return model.Parameters[1].data<float>().ToArray();
        }
    }

    [Fact]
    public void Train_ReportsEveryStep()
    {
        using CausalLanguageModel model = CountingTask.Model();
        var reports = new List<TrainingProgress>();
        TrainingOptions options = Options with { WarmupSteps = 2 };

        TrainingResult result = new CausalLanguageModelTrainer(model, options)
            .Train(CountingTask.Sequences(20, length: 12, seed: 0), new Immediate(reports.Add), Token);

        Assert.Equal(Enumerable.Range(1, result.Steps), reports.Select(report => report.Step));
        Assert.All(reports, report => Assert.Equal(result.Steps, report.TotalSteps));
        Assert.Equal([1, 2, 3, 4], reports.Select(report => report.Epoch).Distinct());
        Assert.Equal([0, 0.005, 0.01], reports.Take(3).Select(report => report.LearningRate));
        Assert.All(reports, report => Assert.True(report.GradientNorm > 0 && report.TokensPerSecond > 0 && report.Loss > 0));
        Assert.Equal(result.Tokens, reports[^1].Tokens);
        Assert.Equal(TimeSpan.Zero, reports[^1].Remaining);
    }

    [Fact]
    public void Train_LetsProgressUseTheModelOfTheStep()
    {
        using CausalLanguageModel model = CountingTask.Model();
        TrainingOptions options = Options with { Epochs = 1, Precision = ComputePrecision.BFloat16 };
        int checks = 0;
        var compare = new Immediate(_ =>
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGradients = no_grad();
            Tensor hidden = ones(1, model.Configuration.HiddenSize);
            Tensor expected = nn.functional.linear(hidden.to(ScalarType.BFloat16), model.Head.to(ScalarType.BFloat16)).to(ScalarType.Float32);
            Assert.True(model.Logits(hidden).equal(expected).all().ToBoolean());
            checks++;
        });

        TrainingResult result = new CausalLanguageModelTrainer(model, options).Train(CountingTask.Sequences(20, length: 12, seed: 0), compare, Token);

        Assert.Equal(result.Steps, checks);
    }

    [Fact]
    public void Train_Canceled_LeavesTheModelUsable()
    {
        using CausalLanguageModel model = CountingTask.Model();
        model.Precision = ComputePrecision.BFloat16;
        using var source = new CancellationTokenSource();
        var trainer = new CausalLanguageModelTrainer(model, Options);
        var third = new Immediate(report => { if (report.Step == 3) source.Cancel(); });

        Assert.Throws<OperationCanceledException>(() => trainer.Train(CountingTask.Sequences(100, length: 12, seed: 0), third, source.Token));

        Assert.True(double.IsFinite(trainer.Loss(CountingTask.Sequences(2, length: 12, seed: 0), Token)));
        Assert.All(model.Parameters, parameter => Assert.Null(parameter.grad));
        Assert.Equal(ComputePrecision.BFloat16, model.Precision);
    }

    [Fact]
    public void Train_SkipsSequencesWithoutATarget()
    {
        using CausalLanguageModel model = CountingTask.Model();
        var trainer = new CausalLanguageModelTrainer(model, Options with { Epochs = 1 });

        TrainingResult result = trainer.Train([[], [3], [1, 2, 3]], cancellationToken: Token);

        Assert.Equal((1, 2L), (result.Steps, result.Tokens));
    }

    [Fact]
    public void Train_WithoutTargets_SaysSo()
    {
        using CausalLanguageModel model = CountingTask.Model();
        var error = Assert.Throws<ArgumentException>(() => new CausalLanguageModelTrainer(model, Options).Train([[], [3]], cancellationToken: Token));
        Assert.Contains("None of the 2 sequences", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithAnIdOutsideOfTheVocabulary_SaysWhich()
    {
        using CausalLanguageModel model = CountingTask.Model();
        var error = Assert.Throws<ArgumentException>(() => new CausalLanguageModelTrainer(model, Options).Train([[1, 2], [1, Vocabulary]], cancellationToken: Token));
        Assert.Contains("Sequence 1 holds token id 32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_RefusesAContextThatDoesNotFitIntoABatch()
    {
        using CausalLanguageModel model = CountingTask.Model();
        Assert.Throws<ArgumentException>(() => new CausalLanguageModelTrainer(model, new TrainingOptions { ContextLength = 100, TokensPerBatch = 99 }));
    }

    [Fact]
    public void Loss_DoesNotDependOnTheBatch()
    {
        using CausalLanguageModel model = CountingTask.Model();
        int[][] sequences = [.. Enumerable.Range(2, 30).Select(length => CountingTask.Sequences(1, length, seed: length)[0])];

        double small = Loss(Options with { TokensPerBatch = 16 });
        double large = Loss(Options with { TokensPerBatch = 4096 });

        Assert.Equal(small, large, 1e-5);

        double Loss(TrainingOptions options) => new CausalLanguageModelTrainer(model, options).Loss(sequences);
    }
}
