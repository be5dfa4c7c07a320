using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Operations of libtorch that TorchSharp has no binding for, reached through TorchScript.</summary>
internal static class TorchScript
{
    private static readonly TorchScriptUnit Unit = new("""
        def rms_norm(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
          return torch.rms_norm(x, [x.size(-1)], weight, epsilon)

        def causal_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
          return torch.scaled_dot_product_attention(q, k, v, None, 0.0, True, scale=None, enable_gqa=True)

        def masked_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
          return torch.scaled_dot_product_attention(q, k, v, mask, 0.0, False, scale=None, enable_gqa=True)

        def embedding(weight: Tensor, ids: Tensor) -> Tensor:
          return torch.embedding(weight, ids)

        def version(x: Tensor) -> int:
          return x._version()

        """);

    /// <summary>Divides by the root mean square over the last dimension, then multiplies by <paramref name="weight"/>.</summary>
    internal static Tensor RmsNorm(Tensor x, Tensor weight, double epsilon) => Call("rms_norm", x, weight, epsilon);

    /// <summary>Softmax attention in which query i sees keys 0..i: <c>[batch, heads, sequence, head]</c>, fewer heads for keys and values.</summary>
    internal static Tensor CausalAttention(Tensor q, Tensor k, Tensor v) => Call("causal_attention", q, k, v);

    /// <summary>Softmax attention in which a query sees the keys where the boolean <c>[queries, keys]</c> mask is true.</summary>
    internal static Tensor MaskedAttention(Tensor q, Tensor k, Tensor v, Tensor mask) => Call("masked_attention", q, k, v, mask);

    /// <summary>Takes rows of <paramref name="weight"/>. None is barred from learning: transformers bars the padding token, which may be a token that ends turns.</summary>
    internal static Tensor Embedding(Tensor weight, Tensor ids) => Call("embedding", weight, ids);

    /// <summary>Counts the changes in place that autograd saw on a tensor; fused optimisers are not among them.</summary>
    internal static long Version(Tensor x) => Unit.Invoke("version", x) is Scalar version
        ? version.ToInt64()
        : throw new InvalidOperationException("TorchScript returned no number.");

    private static Tensor Call(string function, params object[] arguments) => (Tensor)Unit.Invoke(function, arguments)!;
}
