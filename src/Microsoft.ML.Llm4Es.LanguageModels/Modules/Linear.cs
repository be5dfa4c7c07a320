using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A projection <c>[tokens, in]</c> to <c>[tokens, out]</c>: the input times the transposed weight <c>[out, in]</c>, plus a bias <c>[out]</c> where there is one.</summary>
/// <remarks>Weights are cast to the type of the input, which replaces automatic mixed precision.</remarks>
internal sealed class Linear(MasterWeight weight, MasterWeight? bias)
{
    internal MasterWeight Weight { get; } = weight;

    internal MasterWeight? Bias { get; } = bias;

    /// <summary>Gets or sets the low-rank update that is added to the output. Default: none.</summary>
    internal LowRankUpdate? Adapter { get; set; }

    internal Tensor Forward(Tensor x)
    {
        Tensor output = nn.functional.linear(x, Weight.As(x.dtype), Bias?.As(x.dtype));
        return Adapter is null ? output : Adapter.AddTo(output, x);
    }
}
