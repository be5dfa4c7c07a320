using System.Globalization;
using Microsoft.ML.Llm4Es.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Pooling of given hidden states of rows that are padded on the right, on the left and inside; here rows have no padding to begin with.</summary>
[Trait("Category", "Reference")]
public sealed class PoolingReferenceTests
{
    [Fact]
    public void PoolRow_EqualsTheReference()
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        ExpectedTensors expected = new(ReferenceData.Require(ReferenceData.Reference, "pooling", "pooling.safetensors"));
        string[] cases = [.. expected.Names.Where(name => name.Contains(".k", StringComparison.Ordinal))];

        Assert.NotEmpty(cases);
        foreach (string name in cases)
        {
            int first = int.Parse(name.AsSpan(name.LastIndexOf('k') + 1), CultureInfo.InvariantCulture);
            Tensor actual = stack(Rows(expected, first).Select(row => Pool(row, name.Split('.')[0])).ToArray());
            TrainingCase.AssertClose(expected[name], actual, 1e-5, 1e-5, name);
        }
    }

    /// <summary>The mean over the layers from <paramref name="first"/> on, for each row its real tokens: <c>[tokens, hidden]</c>.</summary>
    private static IEnumerable<Tensor> Rows(ExpectedTensors expected, int first)
    {
        Tensor states = expected["layers"][first..].mean([0]);
        Tensor mask = tensor(expected.Integers("mask")).reshape(expected.Shape("mask")).to(ScalarType.Bool);
        for (int row = 0; row < states.shape[0]; row++) yield return states[row][mask[row]];
    }

    private static Tensor Pool(Tensor row, string way) => way switch
    {
        // The library offers neither: a causal model's first token has seen nothing, and lengths are for whoever compares vectors.
        "first" => row[0],
        "mean_of_l2_normalized" => nn.functional.normalize(HiddenStatePooling.PoolRow(row, TokenPooling.Mean, default), dim: 0),
        _ => HiddenStatePooling.PoolRow(row, Enum.Parse<TokenPooling>(way, ignoreCase: true), default),
    };
}
