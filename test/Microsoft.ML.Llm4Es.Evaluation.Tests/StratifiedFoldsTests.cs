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

    [Fact]
    public void Assign_NeverSplitsAGroup() =>
        Gen.Select(Gen.Int[2, 5], Gen.Select(Gen.Int[0, 20], Gen.Int[0, 2]).Array[60, 200], Gen.Int).Sample((folds, rows, seed) =>
        {
            string[] groups = [.. rows.Select(row => $"g{row.Item1}")];

            int[] assigned = StratifiedFolds.Assign([.. rows.Select(row => row.Item2)], groups, folds, seed);

            Assert.All(groups.Zip(assigned).GroupBy(row => row.First), group => Assert.Single(group.Select(row => row.Second).Distinct()));
            Assert.Equal(folds, assigned.Distinct().Count());
        });

    [Fact]
    public void Assign_SpreadsTheClassesOfGroups()
    {
        // 40 groups of one to three rows; those of every fourth are of class 1.
        (string Group, int Class)[] rows = [.. Enumerable.Range(0, 40).SelectMany(g => Enumerable.Repeat(($"g{g}", g % 4 == 0 ? 1 : 0), g % 3 + 1))];

        int[] assigned = StratifiedFolds.Assign([.. rows.Select(row => row.Class)], [.. rows.Select(row => row.Group)], 5, seed: 1);

        int[] positives = [.. Enumerable.Range(0, 5).Select(fold => rows.Zip(assigned).Count(row => row.Second == fold && row.First.Class == 1))];
        Assert.InRange(positives.Max() - positives.Min(), 0, 2);
    }

    [Fact]
    public void Assign_OfFewerGroupsThanFoldsIsAnError() =>
        Assert.Contains("There are 2 groups, fewer than the 3 folds",
            Assert.Throws<InvalidDataException>(() => StratifiedFolds.Assign([0, 1, 0, 1], ["a", "a", "b", "b"], 3, seed: 1)).Message, StringComparison.Ordinal);

    private static void AssertEven(int[] assigned, int folds)
    {
        int[] sizes = [.. Enumerable.Range(0, folds).Select(fold => assigned.Count(f => f == fold))];
        Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
    }
}
