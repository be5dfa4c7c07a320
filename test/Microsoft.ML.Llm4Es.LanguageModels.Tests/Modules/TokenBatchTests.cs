namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class TokenBatchTests
{
    [Fact]
    public void Rows_LieEndToEnd()
    {
        TokenBatch batch = new([new[] { 3, 1 }, new[] { 4, 1 }, new[] { 5 }]);

        Assert.Equal([3, 1, 4, 1, 5], batch.Ids.ToArray());
        Assert.Equal([2, 2, 1], batch.Lengths);
        Assert.Equal(3, batch.RowCount);
        Assert.Equal(5, batch.TokenCount);
        Assert.Equal([new RowRun(2, 2), new RowRun(1, 1)], batch.Runs);
    }

    [Fact]
    public void NoRowsAndEmptyRows_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new TokenBatch([]));
        Assert.Contains("Row 1", Assert.Throws<ArgumentException>(() => new TokenBatch([new[] { 1 }, Array.Empty<int>()])).Message, StringComparison.Ordinal);
    }
}
