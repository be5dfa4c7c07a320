using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Root mean square norm over the last dimension (Zhang and Sennrich, arXiv 1910.07467), always computed in 32-bit floats.</summary>
internal sealed class RmsNorm(MasterWeight weight, double epsilon)
{
    internal MasterWeight Weight { get; } = weight;

    /// <summary>Normalises <c>[.., size]</c>; the result is 32-bit.</summary>
    internal Tensor Forward(Tensor x) => TorchScript.RmsNorm(x.to(ScalarType.Float32), Weight.As(ScalarType.Float32), epsilon);
}
