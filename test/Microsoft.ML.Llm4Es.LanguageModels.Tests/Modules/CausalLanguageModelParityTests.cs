using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

[Trait("Category", "Reference")]
public sealed class CausalLanguageModelParityTests
{
    private const double Absolute = 3e-4;
    private const double Relative = 1e-4;

    /// <summary>transformers stretches dynamic NTK by the longest row of the batch; here each row is stretched by its own length.</summary>
    private static bool IsDynamic(CausalLanguageModel model) => model.Configuration.RotaryEmbedding.Type is RotaryEmbeddingType.Dynamic;

    [Theory]
    [MemberData(nameof(ReferenceModels.Names), MemberType = typeof(ReferenceModels))]
    public void HiddenStates_AndLogits_EqualTheReference(string name)
    {
        string folder = ReferenceModels.Require("models", name);
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using ReferenceTensors expected = new(Path.Combine(folder, "expected.safetensors"));
        using CausalLanguageModel model = CausalLanguageModel.LoadHuggingFace(folder);
        model.Precision = ComputePrecision.Float32;
        if (IsDynamic(model)) return;

        int observed = 0;
        Tensor hidden = model.HiddenStates(expected.Batch(), (layer, states) =>
        {
            Assert.Equal(observed++, layer);
            ReferenceTensors.AssertClose(expected.RealTokens($"hidden_states.{layer}"), states, Absolute, Relative, $"hidden state {layer}");
        });

        Assert.Equal(model.Configuration.HiddenLayers + 1, observed);
        ReferenceTensors.AssertClose(expected.RealTokens("logits"), model.Logits(hidden), Absolute, Relative, "logits");
    }
}
