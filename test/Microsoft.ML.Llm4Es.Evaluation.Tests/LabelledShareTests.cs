namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class LabelledShareTests
{
    private static readonly int[] Rows = [.. Enumerable.Range(0, 100)];
    private static readonly int[] Strata = [.. Rows.Select(row => row % 10 == 0 ? 1 : 0)];

    [Fact]
    public void Of_DrawsTheSameShareOfEachStratum()
    {
        int[] drawn = new LabelledShare(0.3, Seed: 1).Of(Rows, Strata);

        Assert.Equal((30, 3), (drawn.Length, drawn.Count(row => Strata[row] == 1)));
        Assert.Equal(drawn.Order(), drawn);
        Assert.Equal(Rows, LabelledShare.All.Of(Rows, Strata));
    }

    [Fact]
    public void Of_LeavesNoStratumOut() => Assert.Equal(2, new LabelledShare(0.001, Seed: 1).Of(Rows, Strata).Length);

    [Fact]
    public void Of_ALargerShareHoldsTheSmallerOneOfTheSameSeed()
    {
        int[] half = new LabelledShare(0.5, Seed: 1).Of(Rows, Strata);

        Assert.Subset(half.ToHashSet(), new LabelledShare(0.2, Seed: 1).Of(Rows, Strata).ToHashSet());
        Assert.NotEqual(half, new LabelledShare(0.5, Seed: 2).Of(Rows, Strata));
    }
}
