using CsCheck;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class StratifiedFoldsTests
{
    [Fact]
    public void Assign_GivesFoldsOfEqualShare() =>
        Gen.Select(Gen.Int[2, 6], Gen.Int[6, 40], Gen.Int[6, 40], Gen.Int).Sample((folds, zeros, ones, seed) =>
        {
            int[] classes = [.. Enumerable.Repeat(0, zeros), .. Enumerable.Repeat(1, ones)];

            int[] assigned = StratifiedFolds.Assign(classes, folds, seed);

            AssertEven(assigned, folds);
            AssertEven([.. assigned.Take(zeros)], folds);
            AssertEven([.. assigned.Skip(zeros)], folds);
        });

    [Fact]
    public void Assign_IsRepeatableByItsSeed()
    {
        int[] classes = [.. Enumerable.Range(0, 200).Select(i => i % 3)];

        Assert.Equal(StratifiedFolds.Assign(classes, 5, seed: 7), StratifiedFolds.Assign(classes, 5, seed: 7));
        Assert.NotEqual(StratifiedFolds.Assign(classes, 5, seed: 7), StratifiedFolds.Assign(classes, 5, seed: 8));
    }

    [Fact]
    public void Assign_OfARareClassIsAnError() =>
        Assert.Contains("Class 1 has 2 rows", Assert.Throws<InvalidDataException>(() => StratifiedFolds.Assign([0, 0, 0, 1, 1], 3, seed: 1)).Message, StringComparison.Ordinal);

    private static void AssertEven(int[] assigned, int folds)
    {
        int[] sizes = [.. Enumerable.Range(0, folds).Select(fold => assigned.Count(f => f == fold))];
        Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
    }
}
