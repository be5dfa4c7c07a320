using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// The contrastive loss of CoLES (Babaev et al., arXiv 2002.08232) with hard negatives: vectors of the same entity are pulled together, and each is pushed
/// away from the nearest ones of other entities until they are as far as the margin.
/// </summary>
internal static class ContrastiveLoss
{
    /// <summary>Keeps the square root's gradient finite where two vectors are equal.</summary>
    private const double Epsilon = 1e-6;

    /// <summary>The mean loss of a vector, a scalar.</summary>
    /// <param name="vectors"><c>[entities * slices, size]</c>, the slices of an entity one after the other; they are scaled to length 1.</param>
    /// <param name="slices">How many slices an entity has.</param>
    /// <param name="margin">The distance from which on two entities count as told apart.</param>
    /// <param name="negatives">How many vectors of other entities each is pushed away from.</param>
    public static Tensor Compute(Tensor vectors, int slices, double margin, int negatives)
    {
        using DisposeScope scope = NewDisposeScope();
        long count = vectors.shape[0];
        Tensor unit = nn.functional.normalize(vectors, dim: 1);
        Tensor squares = (2 - 2 * unit.mm(unit.t())).clamp_min(0);
        Tensor entity = arange(count, device: vectors.device).div(slices, RoundingMode.floor);
        Tensor same = entity.unsqueeze(0) == entity.unsqueeze(1);

        // A pair is in the matrix twice, and so is half of what it costs.
        Tensor together = squares.masked_fill(same.logical_not(), 0).sum() / 2;
        Tensor others = squares.masked_fill(same, double.PositiveInfinity);
        (Tensor nearest, _) = others.topk((int)Math.Min(negatives, count - slices), dim: 1, largest: false);
        Tensor apart = (margin - (nearest + Epsilon).sqrt()).relu().square().sum();
        return ((together + apart) / count).MoveToOuterDisposeScope();
    }
}
