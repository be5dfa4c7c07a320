using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed partial class HiddenStatePoolingTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [MemberData(nameof(ReferenceModel.Names), MemberType = typeof(ReferenceModel))]
    public void Pool_EqualsTransformers(string name)
    {
        using ReferenceModel reference = new(name);
        int cases = 0;
        foreach (string expected in reference.Expected.Names)
        {
            if (PooledName().Match(expected) is not { Success: true } match) continue;
            LayerRange layers = new(int.Parse(match.Groups["first"].ValueSpan, CultureInfo.InvariantCulture));
            TokenPooling tokens = Enum.Parse<TokenPooling>(match.Groups["tokens"].ValueSpan, ignoreCase: true);

            float[][] pooled = HiddenStatePooling.Pool(reference.Model, reference.Batch(), PoolingOptions.Of(layers, tokens));

            Tensor actual = stack(pooled.Select(row => tensor(row)).ToArray());
            TrainingCase.AssertClose(reference.OfRows(expected), actual, ReferenceModel.Absolute, ReferenceModel.Relative, expected);
            cases++;
        }

        Assert.True(cases >= 3);
    }

    [Fact]
    public void Pool_OfLayersBelowTheLast_IsTheMeanOfThose()
    {
        using CausalLanguageModel model = TinyModel.Create();
        TokenBatch batch = new([new[] { 3, 1, 4 }, new[] { 1, 5 }]);

        float[][] both = HiddenStatePooling.Pool(model, batch, PoolingOptions.Of(new LayerRange(0, 1)));

        float[][] embeddings = HiddenStatePooling.Pool(model, batch, PoolingOptions.Of(new LayerRange(0, 0)));
        float[][] firstLayer = HiddenStatePooling.Pool(model, batch, PoolingOptions.Of(new LayerRange(1, 1)));
        for (int row = 0; row < batch.RowCount; row++)
            Assert.Equal(embeddings[row].Zip(firstLayer[row], (a, b) => (a + b) / 2), both[row], (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void Pool_OnSeveralThreads_EqualsPoolingOnOne()
    {
        using CausalLanguageModel model = TinyModel.Create();
        model.Precision = ComputePrecision.BFloat16;
        TokenBatch batch = new([.. Enumerable.Range(0, 9).Select(row => (ReadOnlyMemory<int>)Enumerable.Range(row, 20 + (7 * row)).Select(id => id % 16).ToArray())]);
        PooledRow[] rows = [.. batch.Lengths.Select(length => new PooledRow(length / 3, default))];
        PoolingOptions options = PoolingOptions.AllOf([default], [TokenPooling.Mean, TokenPooling.Last]);
        int threads = get_num_threads();
        try
        {
            set_num_threads(1);
            float[][] one = HiddenStatePooling.Pool(model, batch, options, rows);
            set_num_threads(3);
            float[][] three = HiddenStatePooling.Pool(model, batch, options, rows);

            for (int row = 0; row < one.Length; row++) Assert.Equal(one[row], three[row], (a, b) => Math.Abs(a - b) < 1e-2f);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Pool_OnSeveralThreads_ThrowsWhatAThreadThrows()
    {
        using CausalLanguageModel model = TinyModel.Create();
        model.Precision = ComputePrecision.BFloat16;
        int[] outside = [.. Enumerable.Repeat(1, 200), 1_000_000];
        TokenBatch batch = new([.. Enumerable.Repeat((ReadOnlyMemory<int>)outside, 4)]);
        int threads = get_num_threads();
        try
        {
            set_num_threads(2);

            Assert.Throws<ArgumentOutOfRangeException>(() => HiddenStatePooling.Pool(model, batch));
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Pool_InSeveralWays_PutsThemOneAfterTheOther()
    {
        using CausalLanguageModel model = TinyModel.Create();
        TokenBatch batch = new([new[] { 3, 1, 4 }, new[] { 1, 5 }]);
        LayerRange[] layers = [LayerRange.LastOnly, new LayerRange(0, 1)];
        TokenPooling[] ways = [TokenPooling.Max, TokenPooling.Mean];
        PoolingOptions options = PoolingOptions.AllOf(layers, ways);

        float[][] together = HiddenStatePooling.Pool(model, batch, options);

        float[][][] alone = [.. layers.SelectMany(range => ways.Select(way => HiddenStatePooling.Pool(model, batch, PoolingOptions.Of(range, way))))];
        for (int row = 0; row < batch.RowCount; row++) Assert.Equal(alone.SelectMany(part => part[row]), together[row]);
        Assert.Equal(together[0].Length, options.Length(model.Configuration));
        Assert.Equal(together[0].Length, options.Names(model.Configuration).Distinct().Count());
    }

    [Fact]
    public void Pool_OfParts_PoolsEachRangeInItsOwnWay()
    {
        using CausalLanguageModel model = TinyModel.Create();
        TokenBatch batch = new([new[] { 3, 1, 3, 4 }, new[] { 1, 5 }]);
        PooledPart[] parts = [new(LayerRange.TokenEmbeddings, TokenPooling.SublinearMean), default, new(LayerRange.TokenEmbeddings, TokenPooling.Last)];

        float[][] together = HiddenStatePooling.Pool(model, batch, new PoolingOptions { Parts = parts });

        float[][][] alone = [.. parts.Select(part => HiddenStatePooling.Pool(model, batch, PoolingOptions.Of(part.Layers, part.Tokens)))];
        for (int row = 0; row < batch.RowCount; row++) Assert.Equal(alone.SelectMany(part => part[row]), together[row]);
    }

    [Fact]
    public void Pool_SkipsAPromptThatTheTokensHaveSeen()
    {
        using CausalLanguageModel model = TinyModel.Create();
        PoolingOptions last = PoolingOptions.Of(LayerRange.LastOnly);

        float[] skipped = HiddenStatePooling.Pool(model, new TokenBatch([new[] { 3, 1, 4 }]), last, [new PooledRow(2, default)])[0];

        Assert.Equal(HiddenStatePooling.Pool(model, new TokenBatch([new[] { 3, 1, 4 }]), PoolingOptions.Of(LayerRange.LastOnly, TokenPooling.Last))[0], skipped);
        Assert.NotEqual(HiddenStatePooling.Pool(model, new TokenBatch([new[] { 4 }]), PoolingOptions.Of(LayerRange.LastOnly, TokenPooling.Last))[0], skipped);
    }

    [Fact]
    public void Pool_ByEvents_WeighsEachEventTheSame()
    {
        using CausalLanguageModel model = TinyModel.Create();
        TokenBatch batch = new([new[] { 7, 3, 1, 4 }]);
        PoolingOptions ways = PoolingOptions.Of(new LayerRange(0, 0), TokenPooling.EventMean);

        float[] pooled = HiddenStatePooling.Pool(model, batch, ways, [new PooledRow(0, new[] { -1, 0, 0, 1 })])[0];

        float[][] embeddings = HiddenStatePooling.Pool(model, new TokenBatch([new[] { 3 }, new[] { 1 }, new[] { 4 }]), PoolingOptions.Of(new LayerRange(0, 0)));
        float[] expected = [.. Enumerable.Range(0, pooled.Length).Select(i => ((embeddings[0][i] + embeddings[1][i]) / 4) + (embeddings[2][i] / 2))];
        Assert.Equal(expected, pooled, (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void Pool_Sublinearly_WeighsWhatRepeatsByOnePlusItsLogarithm()
    {
        using CausalLanguageModel model = TinyModel.Create();
        TokenBatch batch = new([new[] { 3, 3, 1, 3 }, new[] { 1, 3, 3 }]);
        PoolingOptions ways = PoolingOptions.Of(new LayerRange(0, 0), TokenPooling.SublinearMean);

        float[][] pooled = HiddenStatePooling.Pool(model, batch, ways);
        float[][] skipped = HiddenStatePooling.Pool(model, batch, ways, [new PooledRow(2, default), new PooledRow(2, default)]);
        float[][] weighed = HiddenStatePooling.Pool(model, batch, ways, [new PooledRow(0, default, new[] { 0f, 0, 5, 0 }), new PooledRow(1, default, new[] { 9f, 1, 3 })]);

        float[][] embeddings = HiddenStatePooling.Pool(model, new TokenBatch([new[] { 3 }, new[] { 1 }]), PoolingOptions.Of(new LayerRange(0, 0)));
        AssertIsMean(1 + Math.Log(3), 1, pooled[0]);
        AssertIsMean(1 + Math.Log(2), 1, pooled[1]);
        AssertIsMean(1, 1, skipped[0]);
        AssertIsMean(1, 0, skipped[1]);
        AssertIsMean(0, 1, weighed[0]);
        AssertIsMean(1, 0, weighed[1]);

        void AssertIsMean(double ofThree, double ofOne, float[] vector) =>
            Assert.Equal(embeddings[0].Zip(embeddings[1], (three, one) => (float)((ofThree * three + ofOne * one) / (ofThree + ofOne))), vector, (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void Pool_OfRowsThatDoNotFitTheBatch_SaysWhich()
    {
        using CausalLanguageModel model = TinyModel.Create();
        TokenBatch batch = new([new[] { 1, 2 }]);

        Assert.Contains("0 rows", Refused([]), StringComparison.Ordinal);
        Assert.Contains("of which 2 are to be skipped", Refused([new PooledRow(2, default)]), StringComparison.Ordinal);
        Assert.Contains("events for 3", Refused([new PooledRow(0, new[] { 0, 0, 0 })]), StringComparison.Ordinal);
        Assert.Contains("weights for 1", Refused([new PooledRow(0, default, new[] { 1f })]), StringComparison.Ordinal);
        Assert.Contains("above 0", Refused([new PooledRow(1, default, new[] { 1f, 0 })]), StringComparison.Ordinal);
        Assert.Contains("negative", Refused([new PooledRow(0, default, new[] { 1f, -1 })]), StringComparison.Ordinal);

        string Refused(PooledRow[] rows) => Assert.Throws<ArgumentException>(() => HiddenStatePooling.Pool(model, batch, new PoolingOptions(), rows)).Message;
    }

    [Fact]
    public void PoolingOptions_RefuseWhatCannotBe()
    {
        Assert.Throws<ArgumentException>(() => new PoolingOptions { Parts = [] });
        Assert.Throws<ArgumentException>(() => PoolingOptions.AllOf([default], []));
        Assert.Throws<ArgumentException>(() => PoolingOptions.Of(default, (TokenPooling)7));
    }

    [GeneratedRegex(@"^pooled\.(?<tokens>mean|max|last)\.k(?<first>\d+)$")]
    private static partial Regex PooledName();
}
