using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The gated feed-forward network SwiGLU: down(silu(gate(x)) · up(x)) (Shazeer, arXiv 2002.05202).</summary>
internal sealed class FeedForward(Weight gateUp, Weight down) : IDisposable
{
    /// <summary>The fused projection <c>[2 · intermediate, hidden]</c>: gate, then up.</summary>
    public Weight GateUp { get; } = gateUp;

    /// <summary>The projection back <c>[hidden, intermediate]</c>.</summary>
    public Weight Down { get; } = down;

    /// <summary><c>[tokens, hidden]</c> in the compute type → what is added to the residual stream.</summary>
    public Tensor Forward(Tensor x)
    {
        Tensor both = linear(x, GateUp.As(x.dtype));
        long intermediate = both.shape[1] / 2;
        Tensor gate = both.narrow(1, 0, intermediate), up = both.narrow(1, intermediate, intermediate);
        return linear(silu(gate) * up, Down.As(x.dtype));
    }

    public void Dispose()
    {
        GateUp.Dispose();
        Down.Dispose();
    }
}
