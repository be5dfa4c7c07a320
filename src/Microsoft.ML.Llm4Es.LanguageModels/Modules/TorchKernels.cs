using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Operators of libtorch that TorchSharp does not bind, reached through TorchScript.</summary>
internal static class TorchKernels
{
    private static readonly jit.CompilationUnit Unit = jit.compile(
        """
        def embedding(weight: Tensor, ids: Tensor) -> Tensor:
          return torch.embedding(weight, ids)

        def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
          return torch.rms_norm(x, [x.size(-1)], weight, eps)

        def causal_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
          return torch.scaled_dot_product_attention(q, k, v, None, 0.0, True, scale=None, enable_gqa=True)

        def masked_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
          return torch.scaled_dot_product_attention(q, k, v, mask, 0.0, False, scale=None, enable_gqa=True)

        def head_loss(hidden: Tensor, head: Tensor, targets: Tensor) -> Tensor:
          return torch.cross_entropy_loss(torch.linear(hidden, head).float(), targets, None, 2)

        def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
          a, b = x.chunk(2, -1)
          return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

        def adamw(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor], lr: float, beta1: float, beta2: float, decay: float, eps: float):
          unused: List[Tensor] = []
          torch._foreach_add_(steps, 1)
          torch._fused_adamw_(p, g, m, v, unused, steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)

        """);

    /// <summary>The rows of weight [vocabulary, hidden] for ids [tokens] → [tokens, hidden].</summary>
    public static Tensor Embedding(Tensor weight, Tensor ids) => Call("embedding", weight, ids);

    /// <summary>x / sqrt(mean(x²) + eps) · weight over the last dimension (Zhang and Sennrich, arXiv 1910.07467).</summary>
    public static Tensor RmsNorm(Tensor x, Tensor weight, double epsilon) => Call("rms_norm", x, weight, epsilon);

    /// <summary>Causal attention: q [batch, heads, length, head], k and v [batch, key/value heads, length, head] → [batch, heads, length, head].</summary>
    public static Tensor CausalAttention(Tensor q, Tensor k, Tensor v) => Call("causal_attention", q, k, v);

    /// <summary>Attention where <paramref name="mask"/> (bool, [length, keys]) is true.</summary>
    public static Tensor MaskedAttention(Tensor q, Tensor k, Tensor v, Tensor mask) => Call("masked_attention", q, k, v, mask);

    /// <summary>Sum of the cross-entropies in nats of <paramref name="targets"/> [tokens] under hidden · headᵀ; softmax in fp32.</summary>
    public static Tensor HeadLoss(Tensor hidden, Tensor head, Tensor targets) => Call("head_loss", hidden, head, targets);

    /// <summary>Rotates the two halves of the last dimension (the "rotate half" layout of GPT-NeoX and LLaMA in transformers).</summary>
    public static Tensor Rotate(Tensor x, Tensor cos, Tensor sin) => Call("rotate", x, cos, sin);

    /// <summary>One AdamW step on all parameters in place (Loshchilov and Hutter, arXiv 1711.05101).</summary>
    public static void AdamW(Tensor[] parameters, Tensor[] gradients, Tensor[] m, Tensor[] v, Tensor[] steps, double rate, double beta1, double beta2, double decay, double epsilon) =>
        Unit.invoke("adamw", parameters, gradients, m, v, steps, rate, beta1, beta2, decay, epsilon);

    private static Tensor Call(string name, params object[] arguments) => (Tensor)Unit.invoke(name, arguments)!;
}
