using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>The tensors of reference/models that are neither logits nor hidden states of right-padded rows; and that no tensor goes unread.</summary>
[Trait("Category", "Reference")]
public sealed partial class ReferenceFieldsTests
{
    [Theory]
    [MemberData(nameof(ReferenceModel.Names), MemberType = typeof(ReferenceModel))]
    public void RotaryTables_EqualTransformers(string name)
    {
        using ReferenceModel reference = new(name);
        Tensor expected = reference.Expected["rotary.cos"];
        int half = (int)expected.shape[1] / 2;
        int length = (int)expected.shape[0];

        (Tensor cos, Tensor sin) = new RotaryEmbedding(reference.Model.Configuration).Tables(new TokenBatch([new int[length]]), CPU);

        // Angles of the last positions have an error of some 1e-5: positions times the rounding of a frequency.
        AssertHalves(expected, cos.squeeze(1), "cos");
        AssertHalves(reference.Expected["rotary.sin"], sin.squeeze(1), "sin");

        void AssertHalves(Tensor repeated, Tensor actual, string what)
        {
            TrainingCase.AssertClose(repeated.narrow(1, 0, half), actual, 2e-5, 0, what);
            TrainingCase.AssertClose(repeated.narrow(1, half, half), actual, 2e-5, 0, what);
        }
    }

    [Theory]
    [MemberData(nameof(ReferenceModel.Names), MemberType = typeof(ReferenceModel))]
    public void TokenLosses_EqualTransformers(string name)
    {
        using ReferenceModel reference = new(name);
        CheckLosses(reference);
    }

    [Theory]
    [MemberData(nameof(ReferenceModel.NamesPaddedLeft), MemberType = typeof(ReferenceModel))]
    public void RowsThatWerePaddedOnTheLeft_EqualTransformersInEveryField(string name)
    {
        using ReferenceModel reference = new(name, "expected_left_padded.safetensors");
        using IDisposable noGradients = no_grad();
        CheckLosses(reference);
        using Tensor hidden = reference.Model.HiddenStates(reference.Batch(), (layer, states) => AssertClose(reference, $"hidden_states.{layer}", states));
        foreach (string pooled in reference.Expected.Names.Where(tensor => tensor.StartsWith("pooled.", StringComparison.Ordinal)))
        {
            string[] parts = pooled.Split('.');
            PoolingOptions options = PoolingOptions.Of(new LayerRange(int.Parse(parts[2].AsSpan(1), provider: null)), Enum.Parse<TokenPooling>(parts[1], ignoreCase: true));
            Tensor actual = stack(HiddenStatePooling.Pool(reference.Model, reference.Batch(), options).Select(row => tensor(row)).ToArray());
            TrainingCase.AssertClose(reference.OfRows(pooled), actual, ReferenceModel.Absolute, ReferenceModel.Relative, pooled);
        }
    }

    [Theory]
    [MemberData(nameof(ReferenceModel.Names), MemberType = typeof(ReferenceModel))]
    public void EveryTensor_IsReadByATest(string name)
    {
        using ReferenceModel reference = new(name);
        int layers = reference.Model.Configuration.HiddenLayers;

        Assert.All(reference.Expected.Names, tensor => Assert.Matches(KnownTensor(), tensor));
        Assert.All(Enumerable.Range(0, layers + 1), layer => Assert.Contains($"hidden_states.{layer}", reference.Expected.Names));
    }

    [Theory]
    [MemberData(nameof(ReferenceModel.Names), MemberType = typeof(ReferenceModel))]
    public void Pool_OfARow_DoesNotDependOnItsNeighbours(string name)
    {
        using ReferenceModel reference = new(name);
        int[][] rows = [.. reference.Rows, .. reference.Rows.Reverse(), [3], [.. reference.Rows[0], .. reference.Rows[0]]];
        PoolingOptions options = PoolingOptions.AllOf([new LayerRange(0), LayerRange.LastOnly], [TokenPooling.Mean, TokenPooling.Max, TokenPooling.Last]);

        float[][] together = HiddenStatePooling.Pool(reference.Model, new TokenBatch([.. rows.Select(row => (ReadOnlyMemory<int>)row)]), options);

        for (int row = 0; row < rows.Length; row++)
        {
            float[] alone = HiddenStatePooling.Pool(reference.Model, new TokenBatch([rows[row]]), options)[0];
            TrainingCase.AssertClose(tensor(alone), tensor(together[row]), 5e-5, 1e-5, $"row {row}");
        }
    }

    private static void CheckLosses(ReferenceModel reference)
    {
        using IDisposable noGradients = no_grad();
        Tensor[] logits = reference.Model.Logits(reference.Model.HiddenStates(reference.Batch())).split([.. reference.ComparableRows.Select(row => (long)reference.Rows[row].Length)], 0);
        Tensor expected = reference.OfRows("token_losses");
        Tensor mask = tensor(reference.Expected.Integers("attention_mask")).to(ScalarType.Bool).reshape(reference.Expected.Shape("attention_mask"));
        int count = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            int row = reference.ComparableRows[i];
            int[] ids = reference.Rows[row];
            Tensor losses = nn.functional.cross_entropy(logits[i][..^1], tensor(ids[1..]).to(ScalarType.Int64), reduction: nn.Reduction.None);

            // Behind padding on the left transformers predicts the first token from a place that is none.
            Tensor predicted = mask[row][1..].logical_and(mask[row][..^1]);
            TrainingCase.AssertClose(expected[i][predicted], losses, 3e-4, 0, $"losses of row {row}");
            count += ids.Length - 1;
        }

        bool paddedLeft = !mask.select(1, 0).all().item<bool>();
        if (!reference.RowsDependOnBatch && !paddedLeft) Assert.Equal(reference.Expected.Integers("target_count")[0], count);
    }

    private static void AssertClose(ReferenceModel reference, string name, Tensor actual) =>
        TrainingCase.AssertClose(reference.OfTokens(name), actual, ReferenceModel.Absolute, ReferenceModel.Relative, name);

    [GeneratedRegex(@"^(input_ids|attention_mask|position_ids|labels|logits|logits_16bit_compute|hidden_states\.\d+|loss|token_losses|target_count|pooled\.(mean|last|max)\.k\d+|rotary\.(inv_freq|attention_scaling|cos|sin)|alone\.\d+\.logits)$")]
    private static partial Regex KnownTensor();
}
