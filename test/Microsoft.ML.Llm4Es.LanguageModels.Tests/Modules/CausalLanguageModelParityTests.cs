using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Against transformers, in 32-bit floats.</summary>
[Trait("Category", "Reference")]
public sealed class CausalLanguageModelParityTests
{
    [Theory]
    [MemberData(nameof(ReferenceModel.Names), MemberType = typeof(ReferenceModel))]
    public void HiddenStates_OfEveryLayer_EqualTransformers(string name)
    {
        using ReferenceModel reference = new(name);
        using IDisposable noGradients = no_grad();

        List<int> observed = [];
        using Tensor hidden = reference.Model.HiddenStates(reference.Batch(), (layer, states) =>
        {
            observed.Add(layer);
            AssertClose(reference.OfTokens($"hidden_states.{layer}"), states, $"hidden state {layer}");
        });

        Assert.Equal(Enumerable.Range(0, reference.Model.Configuration.HiddenLayers + 1), observed);
        AssertClose(reference.OfTokens("logits"), reference.Model.Logits(hidden), "logits");
    }

    [Theory]
    [MemberData(nameof(ReferenceModel.Names), MemberType = typeof(ReferenceModel))]
    public void Logits_OfARowAloneOrAmongOthers_EqualTransformers(string name)
    {
        using ReferenceModel reference = new(name);
        using IDisposable noGradients = no_grad();
        long[] lengths = [.. reference.Rows.Select(row => (long)row.Length)];
        TokenBatch all = new([.. reference.Rows.Select(row => (ReadOnlyMemory<int>)row)]);
        Tensor[] together = reference.Model.Logits(reference.Model.HiddenStates(all)).split(lengths, 0);
        for (int row = 0; row < lengths.Length; row++)
        {
            Tensor expected = reference.RowsDependOnBatch
                ? reference.Expected[$"alone.{row}.logits"]
                : reference.OfTokens("logits").split(lengths, 0)[row];
            Tensor alone = reference.Model.Logits(reference.Model.HiddenStates(new TokenBatch([reference.Rows[row]])));
            AssertClose(expected, alone, $"row {row} alone");
            AssertClose(expected, together[row], $"row {row} among others");
        }
    }

    [Theory]
    [MemberData(nameof(ReferenceModel.NamesPaddedLeft), MemberType = typeof(ReferenceModel))]
    public void Logits_OfRowsThatWerePaddedOnTheLeft_EqualTransformers(string name)
    {
        using ReferenceModel reference = new(name, "expected_left_padded.safetensors");
        using IDisposable noGradients = no_grad();

        Tensor logits = reference.Model.Logits(reference.Model.HiddenStates(reference.Batch()));

        AssertClose(reference.OfTokens("logits"), logits, "logits");
    }

    [Theory]
    [MemberData(nameof(ReferenceModel.Names), MemberType = typeof(ReferenceModel))]
    public void CrossEntropy_OfTheLogits_EqualsTransformers(string name)
    {
        using ReferenceModel reference = new(name);
        using IDisposable noGradients = no_grad();
        int targets = reference.ComparableRows.Sum(row => reference.Rows[row].Length - 1);
        float expected = reference.OfRows("token_losses").sum().ToSingle() / targets;
        if (!reference.RowsDependOnBatch) Assert.Equal(reference.Expected.Scalar("loss"), expected, 1e-4);

        Assert.Equal(expected, NextTokenLosses.Mean(reference.Model, reference.Batch()).ToSingle(), 1e-4);
    }

    [Theory]
    [MemberData(nameof(ReferenceModel.Names), MemberType = typeof(ReferenceModel))]
    public void HiddenStates_InBFloat16_AreNearThoseOfTransformers(string name)
    {
        using ReferenceModel reference = new(name);
        using IDisposable noGradients = no_grad();
        reference.Model.Precision = ComputePrecision.BFloat16;

        Tensor hidden = reference.Model.HiddenStates(reference.Batch());

        Tensor expected = reference.OfTokens($"hidden_states.{reference.Model.Configuration.HiddenLayers}");
        // Measured: 1 to 2 % of the norm.
        Assert.InRange(((hidden - expected).norm() / expected.norm()).ToSingle(), 0, 0.04f);
    }

    [Theory]
    [MemberData(nameof(TrainingCaseNames))]
    public void Gradients_ThroughAutograd_EqualTransformers(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using TrainingCase reference = new(name);
        reference.Model.Precision = ComputePrecision.Float32;
        TokenBatch batch = new([.. reference.Batches[0].Select(row => (ReadOnlyMemory<int>)row)]);

        NextTokenLosses.Mean(reference.Model, batch).backward();

        ExpectedTensors expected = reference.Tensors("gradients");
        IReadOnlyDictionary<string, Tensor> gradients = reference.Model.Gradients();
        Assert.Equal(expected.Names.Order(StringComparer.Ordinal), gradients.Keys.Order(StringComparer.Ordinal));
        foreach (string weight in expected.Names) TrainingCase.AssertClose(expected[weight], gradients[weight], 2e-5, 1e-4, weight);
    }

    [Theory]
    [MemberData(nameof(ReferenceModel.Names), MemberType = typeof(ReferenceModel))]
    public void RotaryTables_EqualTransformers(string name)
    {
        using ReferenceModel reference = new(name);
        int length = reference.RowsDependOnBatch ? reference.Rows.Max(row => row.Length) : 1;
        RotaryFrequencies frequencies = RotaryFrequencies.For(reference.Model.Configuration, length);

        TrainingCase.AssertClose(reference.Expected["rotary.inv_freq"], tensor(frequencies.Frequencies), 0, 1e-6, "frequencies");
        Assert.Equal(reference.Expected.Scalar("rotary.attention_scaling"), frequencies.AttentionFactor, 1e-6);
    }

    public static TheoryData<string> TrainingCaseNames => [.. TrainingCase.Names];

    private static void AssertClose(Tensor expected, Tensor actual, string what) =>
        TrainingCase.AssertClose(expected, actual, ReferenceModel.Absolute, ReferenceModel.Relative, what);
}
