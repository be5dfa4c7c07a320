using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Random initial weights as transformers draws them: matrices normal around 0, norms 1, biases 0.</summary>
internal static class WeightInitialization
{
    /// <summary>Fills every parameter. Draws on the CPU from a generator of its own, so that a seed gives the same model on any device, whatever else draws.</summary>
    internal static void Fill(ModelWeights weights, double standardDeviation, int seed)
    {
        using IDisposable frozen = no_grad();
        using Generator generator = new(unchecked((ulong)seed), CPU);
        for (int i = 0; i < weights.Layouts.Count; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            WeightLayout layout = weights.Layouts[i];
            Tensor parameter = weights.Parameters[i];
            if (layout.IsNorm) parameter.fill_(1);
            else if (layout.IsBias) parameter.zero_();
            else parameter.copy_(empty(layout.Shape, ScalarType.Float32, CPU).normal_(0, standardDeviation, generator));
        }
    }
}
