using CsCheck;

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

    [Fact]
    public void Divide_KeepsEveryRowInOrder_InPartsOfAboutAsManyTokens() =>
        Gen.Select(Gen.Int[1, 50].Array[1, 20], Gen.Int[1, 8]).Sample((lengths, most) =>
        {
            TokenBatch batch = new([.. lengths.Select((length, row) => (ReadOnlyMemory<int>)Enumerable.Repeat(row, length).ToArray())]);
            int parts = Math.Min(most, lengths.Length);

            (int FirstRow, TokenBatch Rows)[] divided = batch.Divide(parts);

            Assert.Equal(parts, divided.Length);
            Assert.Equal(batch.Ids.ToArray(), divided.SelectMany(part => part.Rows.Ids.ToArray()));
            Assert.Equal(batch.Lengths, divided.SelectMany(part => part.Rows.Lengths));
            Assert.All(divided, part => Assert.Equal(part.FirstRow, part.Rows.Ids[0]));
            Assert.All(divided.SkipLast(1), part => Assert.True(part.Rows.TokenCount <= ((long)batch.TokenCount / parts) + 100));
        });
}
