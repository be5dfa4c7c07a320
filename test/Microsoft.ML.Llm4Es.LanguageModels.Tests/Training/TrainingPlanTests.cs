using CsCheck;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class TrainingPlanTests
{
    private static readonly Gen<int[][]> Sequences = Gen.Int[0, 300].Array[1, 40].Select(lengths => lengths.Select(Sequence).ToArray());

    private static readonly Gen<TrainingOptions> Options =
        from context in Gen.Int[1, 128]
        from room in Gen.Int[0, 500]
        from accumulation in Gen.Int[1, 4]
        from epochs in Gen.Int[1, 3]
        from seed in Gen.Int
        select new TrainingOptions { ContextLength = context, TokensPerBatch = context + room, GradientAccumulation = accumulation, Epochs = epochs, Seed = seed };

    [Fact]
    public void Steps_TrainEveryTokenOnceAnEpoch() => Gen.Select(Sequences, Options).Sample((sequences, options) =>
    {
        foreach (IGrouping<int, TrainingStep> epoch in Plan(sequences, options).Steps().GroupBy(step => step.Epoch))
        {
            var trained = epoch.SelectMany(step => step.Batches).SelectMany(batch => batch)
                .SelectMany(window => Enumerable.Range(window.Start + 1, window.Length).Select(target => (window.Sequence, target)))
                .Order();
            var all = Enumerable.Range(0, sequences.Length)
                .SelectMany(sequence => Enumerable.Range(1, Math.Max(0, sequences[sequence].Length - 1)).Select(target => (sequence, target)));
            Assert.Equal(all, trained);
        }
    });

    [Fact]
    public void Steps_KeepWithinContextAndBatch() => Gen.Select(Sequences, Options).Sample((sequences, options) =>
    {
        var plan = Plan(sequences, options);
        List<TrainingStep> steps = [.. plan.Steps()];
        Assert.Equal(Enumerable.Range(1, plan.TotalSteps), steps.Select(step => step.Number));
        Assert.Equal(plan.TotalTokens, steps.Sum(step => (long)step.Tokens));
        foreach (TrainingStep step in steps)
        {
            Assert.InRange(step.Batches.Length, 1, options.GradientAccumulation);
            Assert.Equal(step.Tokens, step.Batches.Sum(batch => batch.Sum(window => window.Length)));
            Assert.All(step.Batches, batch => Assert.InRange(batch.Sum(window => window.Length), 1, options.TokensPerBatch));
            Assert.All(step.Batches.SelectMany(batch => batch), window => Assert.InRange(window.Length, 1, options.ContextLength));
        }
    });

    [Fact]
    public void Steps_AreRepeatableBySeed()
    {
        int[][] sequences = [.. Enumerable.Range(1, 200).Select(Sequence)];
        var options = new TrainingOptions { ContextLength = 64, TokensPerBatch = 256, Epochs = 2, Seed = 3 };

        Assert.Equal(Flat(options), Flat(options));
        Assert.NotEqual(Flat(options), Flat(options with { Seed = 4 }));

        IEnumerable<(int, TrainingWindow)> Flat(TrainingOptions with) => [.. Plan(sequences, with).Steps()
            .SelectMany(step => step.Batches.SelectMany(batch => batch).Select(window => (step.Epoch, window)))];
    }

    [Fact]
    public void Steps_CutLongSequencesElsewhereInEachEpoch()
    {
        var options = new TrainingOptions { ContextLength = 100, TokensPerBatch = 100, Epochs = 8 };
        var firstLengths = Plan([Sequence(1000)], options).Steps()
            .SelectMany(step => step.Batches).SelectMany(batch => batch)
            .Where(window => window.Start == 0).Select(window => window.Length).ToList();
        Assert.Equal(8, firstLengths.Count);
        Assert.All(firstLengths, length => Assert.InRange(length, 64, 100));
        Assert.True(firstLengths.Distinct().Count() > 4);
    }

    [Fact]
    public void Steps_EndAtTheBudgetOfTokens()
    {
        int[][] sequences = [.. Enumerable.Repeat(Sequence(11), 100)];
        var options = new TrainingOptions { ContextLength = 10, TokensPerBatch = 50, Epochs = 5, MaxTokens = 1020 };
        var plan = Plan(sequences, options);
        Assert.Equal((21, 1050), (plan.TotalSteps, plan.TotalTokens));
    }

    [Fact]
    public void Batches_HaveEqualLengthsSideBySide()
    {
        int[][] sequences = [.. Enumerable.Range(0, 4000).Select(i => Sequence(20 + (i * 7 % 40)))];
        var options = new TrainingOptions { ContextLength = 64, TokensPerBatch = 1024, Epochs = 1 };
        List<TrainingWindow[]> batches = [.. Plan(sequences, options).Steps().SelectMany(step => step.Batches)];
        double lengthsPerRow = batches.Average(batch => batch.Select(window => window.Length).Distinct().Count() / (double)batch.Length);
        Assert.InRange(lengthsPerRow, 0, 0.15);
    }

    [Fact]
    public void Window_BeginsLikeItsSequenceOnlyWhereThatBeginsWithTheModelsToken()
    {
        using var corpus = TokenCorpus.FromSequences([[1, 10, 11, 12, 13]]);
        var later = new TrainingWindow(Sequence: 0, Start: 2, Length: 2);
        Assert.Equal([1, 12, 13], later.Read(corpus, beginningOfTextId: 1));
        Assert.Equal([11, 12, 13], later.Read(corpus, beginningOfTextId: 7));
        Assert.Equal([11, 12, 13], later.Read(corpus, beginningOfTextId: null));
        Assert.Equal([1, 10, 11], new TrainingWindow(Sequence: 0, Start: 0, Length: 2).Read(corpus, beginningOfTextId: 1));
    }

    private static TrainingPlan Plan(int[][] sequences, TrainingOptions options) =>
        new(TokenCorpus.FromSequences(sequences), [.. Enumerable.Range(0, sequences.Length)], options);

    private static int[] Sequence(int length) => [.. Enumerable.Range(0, length)];
}
