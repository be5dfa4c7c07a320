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

            float[][] pooled = HiddenStatePooling.Pool(reference.Model, reference.Batch(), layers, tokens);

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

        float[][] both = HiddenStatePooling.Pool(model, batch, new LayerRange(0, 1));

        float[][] embeddings = HiddenStatePooling.Pool(model, batch, new LayerRange(0, 0));
        float[][] firstLayer = HiddenStatePooling.Pool(model, batch, new LayerRange(1, 1));
        for (int row = 0; row < batch.RowCount; row++)
            Assert.Equal(embeddings[row].Zip(firstLayer[row], (a, b) => (a + b) / 2), both[row], (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void Pool_WithUndefinedTokenPooling_IsRefused()
    {
        using CausalLanguageModel model = TinyModel.Create();

        Assert.Throws<ArgumentOutOfRangeException>(() => HiddenStatePooling.Pool(model, new TokenBatch([new[] { 1 }]), tokens: (TokenPooling)7));
    }

    [GeneratedRegex(@"^pooled\.(?<tokens>mean|max|last)\.k(?<first>\d+)$")]
    private static partial Regex PooledName();
}
