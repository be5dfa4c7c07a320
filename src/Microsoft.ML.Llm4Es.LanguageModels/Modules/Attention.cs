using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Causal self-attention with grouped key/value heads (Ainslie et al., arXiv 2305.13245), each row of a batch for itself.</summary>
internal sealed class Attention(LanguageModelConfiguration configuration, Weight queryKeyValue, Weight output) : IDisposable
{
    private readonly int _heads = configuration.AttentionHeads;
    private readonly int _keyValueHeads = configuration.KeyValueHeads;
    private readonly int _headDimension = configuration.HeadDimension;

    /// <summary>The fused projection <c>[(heads + 2 · key/value heads) · head dimension, hidden]</c>: queries, keys, values.</summary>
    public Weight QueryKeyValue { get; } = queryKeyValue;

    /// <summary>The projection back <c>[hidden, heads · head dimension]</c>.</summary>
    public Weight Output { get; } = output;

    /// <param name="x">Normalised hidden states <c>[tokens, hidden]</c> in the compute type.</param>
    /// <param name="batch">Where rows begin and end.</param>
    /// <param name="cos">Cosines of <see cref="RotaryEmbedding"/> in the compute type.</param>
    /// <param name="sin">Sines of <see cref="RotaryEmbedding"/> in the compute type.</param>
    /// <returns>What attention adds to the residual stream, <c>[tokens, hidden]</c>.</returns>
    public Tensor Forward(Tensor x, TokenBatch batch, Tensor cos, Tensor sin)
    {
        int tokens = batch.Tokens;
        Tensor projected = linear(x, QueryKeyValue.As(x.dtype)).view(tokens, _heads + 2 * _keyValueHeads, _headDimension);
        Tensor rotated = TorchKernels.Rotate(projected.narrow(1, 0, _heads + _keyValueHeads), cos, sin);
        Tensor queries = rotated.narrow(1, 0, _heads);
        Tensor keys = rotated.narrow(1, _heads, _keyValueHeads);
        Tensor values = projected.narrow(1, _heads + _keyValueHeads, _keyValueHeads);

        Tensor[] attended =
        [
            .. batch.EqualRuns().Select(run => TorchKernels
                .CausalAttention(Rows(queries, run), Rows(keys, run), Rows(values, run))
                .transpose(1, 2)
                .reshape(run.Rows * run.Length, _heads * _headDimension)),
        ];
        return linear(attended.Length == 1 ? attended[0] : cat(attended), Output.As(x.dtype));
    }

    public void Dispose()
    {
        QueryKeyValue.Dispose();
        Output.Dispose();
    }

    /// <summary><c>[tokens, heads, head]</c> → <c>[rows, heads, length, head]</c>.</summary>
    private static Tensor Rows(Tensor x, (int Start, int Rows, int Length) run) =>
        x.narrow(0, run.Start, run.Rows * run.Length).view(run.Rows, run.Length, x.shape[1], x.shape[2]).transpose(1, 2);
}
