using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>One layer of the decoder: attention and feed-forward, each after an RMSNorm, each added to the residual stream.</summary>
internal sealed class DecoderLayer(Attention attention, FeedForward feedForward, Weight attentionNorm, Weight feedForwardNorm, double epsilon) : IDisposable
{
    public Attention Attention { get; } = attention;

    public FeedForward FeedForward { get; } = feedForward;

    public Weight AttentionNorm { get; } = attentionNorm;

    public Weight FeedForwardNorm { get; } = feedForwardNorm;

    /// <param name="x">The residual stream <c>[tokens, hidden]</c>, fp32.</param>
    /// <param name="batch">Where rows begin and end.</param>
    /// <param name="cos">Cosines in the compute type.</param>
    /// <param name="sin">Sines in the compute type.</param>
    /// <returns>The residual stream after the layer, fp32.</returns>
    public Tensor Forward(Tensor x, TokenBatch batch, Tensor cos, Tensor sin)
    {
        ScalarType compute = cos.dtype;
        Tensor normalised = TorchKernels.RmsNorm(x, AttentionNorm.Parameter, epsilon).to(compute);
        x = x + Attention.Forward(normalised, batch, cos, sin);
        normalised = TorchKernels.RmsNorm(x, FeedForwardNorm.Parameter, epsilon).to(compute);
        return x + FeedForward.Forward(normalised);
    }

    public void Dispose()
    {
        Attention.Dispose();
        FeedForward.Dispose();
        AttentionNorm.Dispose();
        FeedForwardNorm.Dispose();
    }
}
