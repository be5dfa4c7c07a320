using Microsoft.ML.Llm4Es.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

[Trait("Category", "Reference")]
public sealed class CausalLanguageModelReferenceTests
{
    public static TheoryData<string> Cases => [.. SupportedCases()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void HiddenStates_EqualTransformers(string name)
    {
        string folder = ReferenceData.Require(ReferenceData.Reference, "models", name);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        using CausalLanguageModel model = CausalLanguageModel.LoadHuggingFace(folder);
        model.Precision = ComputePrecision.Float32;
        var expected = new ExpectedTensors(Path.Combine(folder, "expected.safetensors"));
        long[] shape = expected.Shape("input_ids"), ids = expected.Integers("input_ids"), mask = expected.Integers("attention_mask");
        ReadOnlyMemory<int>[] rows =
        [
            .. Enumerable.Range(0, (int)shape[0]).Select(row => new ReadOnlyMemory<int>(
                [.. Enumerable.Range(0, (int)shape[1]).Where(i => mask[row * shape[1] + i] == 1).Select(i => (int)ids[row * shape[1] + i])])),
        ];
        Tensor real = tensor(mask).reshape(shape) == 1;

        var states = new Dictionary<int, Tensor>();
        Tensor hidden = model.HiddenStates(new TokenBatch(rows), (i, h) => states[i] = h.clone().DetachFromDisposeScope());

        foreach ((int i, Tensor state) in states) AssertClose(expected[$"hidden_states.{i}"][real], state, $"hidden_states.{i}");
        AssertClose(expected["logits"][real], model.Logits(hidden), "logits");
    }

    private static void AssertClose(Tensor expected, Tensor actual, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        float excess = ((expected - actual).abs() - 1e-4 * expected.abs()).max().item<float>();
        Assert.True(excess <= 3e-4, $"{what} is {excess} away");
    }

    private static IEnumerable<string> SupportedCases()
    {
        if (ReferenceData.Reference is not { } reference) return ["llama-default"];
        return Directory.GetDirectories(Path.Combine(reference, "models"))
            .Where(folder => File.Exists(Path.Combine(folder, "expected.safetensors")) && File.Exists(Path.Combine(folder, "model.safetensors")))
            .Where(IsPlainLlama)
            .Select(folder => Path.GetFileName(folder)!);
    }

    private static bool IsPlainLlama(string folder)
    {
        try
        {
            LanguageModelConfiguration.Load(folder);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
