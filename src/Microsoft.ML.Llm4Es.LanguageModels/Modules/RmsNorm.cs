using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Root mean square norm over the last dimension (Zhang and Sennrich, arXiv 1910.07467), always computed in 32-bit floats.</summary>
internal sealed class RmsNorm(MasterWeight weight, double epsilon)
{
    internal MasterWeight Weight { get; } = weight;

    /// <summary>Normalises <c>[.., size]</c>; the result is 32-bit.</summary>
    internal Tensor Forward(Tensor x) => TorchScript.RmsNorm(x.to(ScalarType.Float32), Weight.As(ScalarType.Float32), epsilon);

    /// <summary>Normalises <c>[tokens, size]</c> of the residual stream for a projection.</summary>
    internal Tensor Forward(Tensor x, BatchContext context) =>
        context.UsesKernels ? NormKernel.Forward(x, Weight.As(ScalarType.Float32), epsilon) : Forward(x).to(context.Type);

    /// <summary>Normalises a vector in place.</summary>
    internal void Normalize(Span<float> x, ReadOnlySpan<float> weights)
    {
        float scale = 1 / MathF.Sqrt((NormKernel.SumOfSquares(x) / x.Length) + (float)epsilon);
        for (int i = 0; i < x.Length; i++) x[i] *= scale * weights[i];
    }
}
