namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class SequenceWeightsTests
{
    private static readonly int[] Sequences = [.. Enumerable.Range(0, 1000)];

    [Fact]
    public void Draw_WithoutWeights_TakesEachOnceAndDrawsNothing()
    {
        var random = new Random(1);

        Assert.Equal(Sequences, EpochDraw.Sequences(Sequences, weights: null, random));
        Assert.Equal(new Random(1).Next(), random.Next());
    }

    [Fact]
    public void Draw_TakesWholePartsAlways_AndTheRestByChance()
    {
        double[] weights = [.. Sequences.Select(i => i < 500 ? 2.25 : 0.5)];

        int[] drawn = [.. EpochDraw.Sequences(Sequences, weights, new Random(1))];

        ILookup<int, int> times = drawn.ToLookup(index => index);
        Assert.All(Sequences[..500], index => Assert.InRange(times[index].Count(), 2, 3));
        Assert.All(Sequences[500..], index => Assert.InRange(times[index].Count(), 0, 1));
        Assert.InRange(drawn.Count(index => index < 500), 1085, 1165);
        Assert.InRange(drawn.Count(index => index >= 500), 200, 300);
    }

    [Fact]
    public void Plan_DrawsAnewForEachEpoch_ByTheSeed()
    {
        int[][] sequences = CountingTask.Sequences(200, length: 5, seed: 1);
        var options = new TrainingOptions { Epochs = 2, ContextLength = 16, TokensPerBatch = 64, SequenceWeights = [.. sequences.Select(_ => 0.5)] };

        Assert.NotEqual(Drawn(options, epoch: 1), Drawn(options, epoch: 2));
        Assert.Equal(Drawn(options, epoch: 1), Drawn(options, epoch: 1));
        Assert.NotEqual(Drawn(options, epoch: 1), Drawn(options with { Seed = 1 }, epoch: 1));

        int[] Drawn(TrainingOptions of, int epoch) =>
            [.. new TrainingPlan(TokenCorpus.FromSequences(sequences), [.. Enumerable.Range(0, sequences.Length)], of).Steps().Where(step => step.Epoch == epoch).SelectMany(step => step.Batches).SelectMany(batch => batch).Select(window => window.Sequence).Order()];
    }

    [Fact]
    public void Train_WithAnotherNumberOfWeights_SaysSo()
    {
        using CausalLanguageModel model = CountingTask.Model();
        var trainer = new CausalLanguageModelTrainer(model, new TrainingOptions { SequenceWeights = [1, 2, 3] });

        var error = Assert.Throws<ArgumentException>(() => trainer.Train([[1, 2], [3, 4]], cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("3 weights for 2 sequences", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Options_RefuseAWeightThatCannotBeDrawn(double weight) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { SequenceWeights = [1, weight] });
}
