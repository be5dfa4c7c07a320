using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Sequences that transformers computes in one packed row, and one by one; here they are rows of one batch.</summary>
[Trait("Category", "Reference")]
public sealed class PackedRowsReferenceTests
{
    public static TheoryData<string> Cases => [.. TrainingCase.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void LogitsAndLosses_OfPackedRows_EqualTransformers(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        using TrainingCase reference = new(name);
        reference.Model.Precision = ComputePrecision.Float32;
        ExpectedTensors packed = reference.Tensors("packed");
        int[][] rows = [.. packed.Integers("input_ids").Zip(packed.Integers("sequence_index"))
            .GroupBy(token => token.Second).Select(sequence => sequence.Select(token => (int)token.First).ToArray())];

        Tensor logits = reference.Model.Logits(reference.Model.HiddenStates(new TokenBatch([.. rows.Select(row => (ReadOnlyMemory<int>)row)])));

        TrainingCase.AssertClose(packed["logits"][0], logits, ReferenceModel.Absolute, ReferenceModel.Relative, "logits");
        Tensor[] logitsOfRows = logits.split([.. rows.Select(row => (long)row.Length)], 0);
        for (int row = 0; row < rows.Length; row++)
        {
            Assert.Equal(packed.Integers($"separate.{row}.input_ids"), rows[row].Select(id => (long)id));
            Tensor losses = nn.functional.cross_entropy(logitsOfRows[row][..^1], tensor(rows[row][1..]).to(ScalarType.Int64), reduction: nn.Reduction.None);
            TrainingCase.AssertClose(packed[$"separate.{row}.token_losses"], losses, 1e-4, 0, $"losses of sequence {row}");
        }
    }
}
