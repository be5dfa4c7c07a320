using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class CheckpointedTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TrainingOptions Options => new()
    {
        Epochs = 2,
        ContextLength = 16,
        TokensPerBatch = 64,
        LearningRate = 0.01,
        Precision = ComputePrecision.Float32,
        Validation = new ValidationOptions { EverySteps = 3 },
        Checkpoints = new CheckpointOptions(_folder.Path) { EverySteps = 2 },
        Log = _log.Add,
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(OnCancellation.Throw)]
    [InlineData(OnCancellation.ReturnModel)]
    public void Train_CanceledAtAnyStep_GoesOnToTheSameWeights(OnCancellation onCancellation)
    {
        (float[] expected, TrainingResult whole) = Train(Options with { Checkpoints = null });
        for (int stop = 1; stop < whole.Steps; stop += 3)
        {
            Directory.Delete(_folder.Path, recursive: true);
            using var source = new CancellationTokenSource();
            TrainingOptions options = Options with { OnCancellation = onCancellation };
            if (onCancellation is OnCancellation.Throw) Assert.Throws<OperationCanceledException>(() => Train(options, source, stop));
            else Assert.Equal((TrainingEnd.Canceled, stop), Train(options, source, stop).Result switch { var result => (result.End, result.Steps) });

            (float[] weights, TrainingResult resumed) = Train(options);

            Assert.Equal(expected, weights);
            Assert.Equal(stop, resumed.ResumedFrom);
            Assert.Equal(whole.LossHistory, resumed.LossHistory);
            Assert.Equal(whole.ValidationLosses, resumed.ValidationLosses);
            Assert.Equal((whole.Steps, whole.Tokens, whole.BestStep, whole.End), (resumed.Steps, resumed.Tokens, resumed.BestStep, resumed.End));
        }
    }

    [Fact]
    public void Train_CanceledInAccumulation_GoesOnToTheSameWeights()
    {
        TrainingOptions options = Options with { GradientAccumulation = 3, Validation = null };
        (float[] expected, _) = Train(options with { Checkpoints = null });
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Train(options, source, stop: 2));
        Assert.Equal(expected, Train(options).Weights);
    }

    [Fact]
    public void Train_OfAnAdapter_GoesOnWithTheSameDropout()
    {
        (float[] expected, _) = Train(Options with { Checkpoints = null }, lora: new LoraOptions { Rank = 4, Dropout = 0.3 });
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Train(Options, source, stop: 4, new LoraOptions { Rank = 4, Dropout = 0.3 }));
        Assert.Equal(expected, Train(Options, lora: new LoraOptions { Rank = 4, Dropout = 0.3 }).Weights);

        var error = Assert.Throws<InvalidOperationException>(() => Train(Options, lora: new LoraOptions { Rank = 4, Dropout = 0.1 }));
        Assert.Contains("LoraOptions.Dropout was 0.3, is 0.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OfAFinishedRun_ReturnsAtOnce()
    {
        (float[] expected, TrainingResult first) = Train(Options);
        int steps = 0;
        using CausalLanguageModel model = CountingTask.Model();
        TrainingResult again = new CausalLanguageModelTrainer(model, Options).Train(Sequences, new Immediate(_ => steps++), Token);

        Assert.Equal(0, steps);
        Assert.Equal(expected, Weights(model));
        Assert.Equal((first.Steps, first.Steps, first.FinalLoss), (again.ResumedFrom, again.Steps, again.FinalLoss));
    }

    [Fact]
    public void Train_GoesOnWithTheModelThatACanceledRunReturned()
    {
        (float[] expected, _) = Train(Options with { Checkpoints = null });
        using CausalLanguageModel model = CountingTask.Model();
        using var source = new CancellationTokenSource();
        var trainer = new CausalLanguageModelTrainer(model, Options with { OnCancellation = OnCancellation.ReturnModel });
        trainer.Train(Sequences, new Immediate(report => { if (report.Step == 7) source.Cancel(); }), source.Token);
        trainer.Train(Sequences, cancellationToken: Token);
        Assert.Equal(expected, Weights(model));
    }

    [Fact]
    public void Train_KeepsABoundedNumberOfCheckpoints()
    {
        Train(Options with { Checkpoints = new CheckpointOptions(_folder.Path) { EverySteps = 1, Keep = 3 } });
        Assert.Equal(3, Directory.GetFiles(_folder.Path, "*.checkpoint").Length);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(-40)]
    public void Train_WithADamagedNewestCheckpoint_SaysSoAndGoesOnFromTheOneBefore(int place)
    {
        (float[] expected, _) = Train(Options with { Checkpoints = null });
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Train(Options, source, stop: 9));
        string newest = Checkpoints[^1];
        byte[] bytes = File.ReadAllBytes(newest);
        bytes[place < 0 ? bytes.Length + place : place] ^= 4;
        File.WriteAllBytes(newest, bytes);

        (float[] weights, TrainingResult result) = Train(Options);

        Assert.Equal(8, result.ResumedFrom);
        Assert.Equal(expected, weights);
        Assert.Contains(_log, line => line.Contains(newest, StringComparison.Ordinal) && line.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public void Train_WithDamagedCheckpointsOnly_RefusesToStartAnew()
    {
        Train(Options);
        foreach (string path in Checkpoints) File.WriteAllBytes(path, File.ReadAllBytes(path)[..^100]);
        var error = Assert.Throws<InvalidDataException>(() => Train(Options));
        Assert.Contains("Delete the folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithOtherOptions_SaysWhichDiffer()
    {
        Train(Options);
        var error = Assert.Throws<InvalidOperationException>(() => Train(Options with { LearningRate = 0.02, Epochs = 3 }));
        Assert.Contains("TrainingOptions.LearningRate was 0.01, is 0.02", error.Message, StringComparison.Ordinal);
        Assert.Contains("TrainingOptions.Epochs was 2, is 3", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithOtherDataOrModel_SaysSo()
    {
        Train(Options);
        using CausalLanguageModel model = CountingTask.Model();
        int[][] sequences = [.. Sequences];
        sequences[3] = [.. sequences[3].Reverse()];
        var data = Assert.Throws<InvalidOperationException>(() => new CausalLanguageModelTrainer(model, Options).Train(sequences, cancellationToken: Token));
        using (no_grad()) model.Parameters[2][0].add_(1);
        var weights = Assert.Throws<InvalidOperationException>(() => new CausalLanguageModelTrainer(model, Options).Train(Sequences, cancellationToken: Token));

        Assert.Contains("the data was", data.Message, StringComparison.Ordinal);
        Assert.Contains("the weights to start from", weights.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithOptionsThatDoNotChangeTheWeights_GoesOn()
    {
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Train(Options, source, stop: 3));
        TrainingOptions other = Options with { OnNonFinite = OnNonFinite.Skip, MaxSkippedInARow = 2, Log = null, Checkpoints = new CheckpointOptions(_folder.Path) { Keep = 1 } };
        Assert.Equal(3, Train(other).Result.ResumedFrom);
        Assert.Single(Checkpoints);
    }

    [Fact]
    public void Train_WithAFileInTheFoldersPlace_SaysSoBeforeTraining()
    {
        string file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<IOException>(() => Train(Options with { Checkpoints = new CheckpointOptions(file) }));
        Assert.Contains($"The checkpoint folder {file} cannot be used", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_InAFolderInUse_SaysSo()
    {
        var inner = new Immediate(_ => Train(Options));
        using CausalLanguageModel model = CountingTask.Model();
        var error = Assert.Throws<IOException>(() => new CausalLanguageModelTrainer(model, Options).Train(Sequences, inner, Token));
        Assert.Contains("no other process trains", error.Message, StringComparison.Ordinal);
    }

    private string[] Checkpoints => [.. Directory.GetFiles(_folder.Path, "*.checkpoint").Order(StringComparer.Ordinal)];

    private static int[][] Sequences => CountingTask.Sequences(60, length: 40, seed: 0);

    private static (float[] Weights, TrainingResult Result) Train(TrainingOptions options, CancellationTokenSource? source = null, int stop = 0, LoraOptions? lora = null)
    {
        using CausalLanguageModel model = CountingTask.Model();
        using LoraAdapter? adapter = lora is null ? null : LoraAdapter.Create(model.Configuration, lora);
        adapter?.Attach(model);
        var listener = new Immediate(report => { if (report.Step == stop) source!.Cancel(); });
        TrainingResult result = new CausalLanguageModelTrainer(model, options).Train(Sequences, listener, source?.Token ?? Token);
        float[] weights = adapter is null ? Weights(model) : [.. adapter.Parameters.Values.SelectMany(parameter => parameter.data<float>().ToArray())];
        return (weights, result);
    }

    private static float[] Weights(CausalLanguageModel model) => [.. model.Parameters.SelectMany(parameter => parameter.data<float>().ToArray())];
}
