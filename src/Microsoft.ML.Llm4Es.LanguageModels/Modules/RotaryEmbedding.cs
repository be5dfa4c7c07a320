using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Rotary position embedding (Su et al., arXiv 2104.09864): turns pairs of a head's values by an angle that grows with the position.</summary>
internal sealed class RotaryEmbedding(LanguageModelConfiguration configuration)
{
    private readonly float[] _inverseFrequencies =
    [
        .. Enumerable.Range(0, configuration.HeadDimension / 2)
            .Select(i => (float)Math.Pow(configuration.RotaryEmbedding.Theta, -2.0 * i / configuration.HeadDimension)),
    ];

    /// <summary>Cosines and sines for every token of a batch, each <c>[tokens, 1, head dimension / 2]</c>, fp32; the caller owns them.</summary>
    public (Tensor Cos, Tensor Sin) Angles(TokenBatch batch, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        int longest = batch.Lengths.Max();
        Tensor positions = arange(longest, ScalarType.Float32, device);
        Tensor angles = outer(positions, tensor(_inverseFrequencies, device: device));
        Tensor index = tensor(batch.Positions(), device: device);
        Tensor cos = angles.cos().index_select(0, index).unsqueeze(1);
        Tensor sin = angles.sin().index_select(0, index).unsqueeze(1);
        return (cos.MoveToOuterDisposeScope(), sin.MoveToOuterDisposeScope());
    }
}
