using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>SwiGLU feed-forward part (Shazeer, arXiv 2002.05202): down(silu(gate(x)) * up(x)).</summary>
internal sealed class FeedForward(int layer, ModelWeights weights)
{
    /// <summary>Gets the fused projection to gate and up, in this order: <c>[hidden]</c> to <c>[2 x intermediate]</c>.</summary>
    internal Linear GateUp { get; } = weights.Linear(WeightLayout.GateUp(layer));

    /// <summary>Gets the projection back: <c>[intermediate]</c> to <c>[hidden]</c>.</summary>
    internal Linear Down { get; } = weights.Linear(WeightLayout.Down(layer));

    /// <summary>Maps <c>[tokens, hidden]</c>; the shape stays.</summary>
    internal Tensor Forward(Tensor x, BatchContext context)
    {
        Tensor projected = GateUp.Forward(x);
        if (context.UsesKernels) return Down.Forward(GateKernel.Forward(projected));

        Tensor[] gateAndUp = projected.chunk(2, -1);
        return Down.Forward(nn.functional.silu(gateAndUp[0]) * gateAndUp[1]);
    }
}
