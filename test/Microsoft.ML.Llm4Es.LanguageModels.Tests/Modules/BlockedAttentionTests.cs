using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class BlockedAttentionTests
{
    public static TheoryData<int[], int, int> Shapes => new()
    {
        { [1], 2, 1 },
        { [64, 64], 4, 4 },
        { [65, 63, 40, 1], 6, 2 },
        { [150, 149, 130, 20, 150], 4, 2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_EqualsLibtorchRowByRow_AndSoDoGradients(int[] lengths, int heads, int keyValueHeads)
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor queriesAndKeys = Random(heads + keyValueHeads);
        Tensor values = Random(keyValueHeads);
        Tensor gradient = randn(lengths.Sum(), heads * 8, generator: generator);

        Tensor expected = RowByRow(queriesAndKeys, values);
        (Tensor expectedOfQueriesAndKeys, Tensor expectedOfValues) = Gradients(expected);
        Tensor actual = BlockedAttention.Forward(queriesAndKeys, values, lengths);
        (Tensor actualOfQueriesAndKeys, Tensor actualOfValues) = Gradients(actual);

        AssertClose(expected, actual);
        AssertClose(expectedOfQueriesAndKeys, actualOfQueriesAndKeys);
        AssertClose(expectedOfValues, actualOfValues);
        using (no_grad()) AssertClose(expected, BlockedAttention.Forward(queriesAndKeys, values, lengths));

        Tensor Random(int of) => randn(lengths.Sum(), of, 8, generator: generator).requires_grad_(true);

        Tensor RowByRow(Tensor qk, Tensor v) => cat([.. qk.split([.. lengths.Select(length => (long)length)])
            .Zip(v.split([.. lengths.Select(length => (long)length)]), (ofRow, valuesOfRow) =>
            {
                Tensor[] parts = ofRow.unsqueeze(0).transpose(1, 2).split([heads, keyValueHeads], 1);
                return TorchScript.CausalAttention(parts[0], parts[1], valuesOfRow.unsqueeze(0).transpose(1, 2)).transpose(1, 2).reshape(-1, heads * 8);
            })]);

        (Tensor, Tensor) Gradients(Tensor result)
        {
            queriesAndKeys.grad = null;
            values.grad = null;
            result.backward([gradient]);
            return (queriesAndKeys.grad!, values.grad!);
        }
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual).abs().max().ToDouble(), 0, 1e-5);
    }
}
