using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Rotary position embedding (Su et al., arXiv 2104.09864) in the "rotate half" layout: dimension i turns with dimension i + D/2.</summary>
internal sealed class RotaryEmbedding(LanguageModelConfiguration configuration)
{
    private readonly RotaryFrequencies _trained = RotaryFrequencies.For(configuration, length: 1);

    /// <summary>Computes cosines and sines for every token of a batch, float32 <c>[tokens, 1, head dimension / 2]</c>.</summary>
    internal (Tensor Cos, Tensor Sin) Tables(TokenBatch batch, Device device)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        (Tensor cos, Tensor sin) = Table(_trained, batch.Lengths.Max(), device);
        List<Tensor> cosines = [];
        List<Tensor> sines = [];
        foreach (RowRun run in batch.Runs)
        {
            (Tensor runCos, Tensor runSin) = IsStretched(run.Length)
                ? Table(RotaryFrequencies.For(configuration, run.Length), run.Length, device)
                : (cos.narrow(0, 0, run.Length), sin.narrow(0, 0, run.Length));
            cosines.AddRange(Enumerable.Repeat(runCos, run.Rows));
            sines.AddRange(Enumerable.Repeat(runSin, run.Rows));
        }

        return (cat(cosines, 0).unsqueeze(1).MoveToOuterDisposeScope(), cat(sines, 0).unsqueeze(1).MoveToOuterDisposeScope());
    }

    /// <summary>Computes cosines and sines for tokens at given positions of rows that are not stretched, float32 <c>[tokens, 1, head dimension / 2]</c>.</summary>
    internal (Tensor Cos, Tensor Sin) Tables(IReadOnlyList<int> positions, Device device)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        (Tensor cos, Tensor sin) = Table(_trained, tensor([.. positions.Select(position => (float)position)], ScalarType.Float32, device));
        return (cos.unsqueeze(1).MoveToOuterDisposeScope(), sin.unsqueeze(1).MoveToOuterDisposeScope());
    }

    /// <summary>Turns <c>[tokens, heads, head dimension]</c> by the angles of such tables, in 32-bit floats; the result is of <paramref name="type"/>.</summary>
    internal static Tensor Rotate(Tensor x, Tensor cos, Tensor sin, ScalarType type)
    {
        Tensor[] halves = x.chunk(2, -1);
        Tensor first = (halves[0] * cos) - (halves[1] * sin);
        Tensor second = (halves[1] * cos) + (halves[0] * sin);
        return cat([first, second], -1).to(type);
    }

    /// <summary>
    /// Whether the angles of a row depend on its length, so that each new token changes what all before it give. The dynamic type stretches a row by its
    /// own length; transformers does by the longest of the batch, so that rows depend on their neighbours.
    /// </summary>
    internal bool IsStretched(int length) =>
        configuration.RotaryEmbedding.Type is RotaryEmbeddingType.Dynamic && length > configuration.MaxPositions;

    private static (Tensor Cos, Tensor Sin) Table(RotaryFrequencies frequencies, int length, Device device) =>
        Table(frequencies, arange(length, ScalarType.Float32, device));

    private static (Tensor Cos, Tensor Sin) Table(RotaryFrequencies frequencies, Tensor positions)
    {
        Tensor angles = outer(positions, tensor(frequencies.Frequencies, ScalarType.Float32, positions.device));
        return (angles.cos() * frequencies.AttentionFactor, angles.sin() * frequencies.AttentionFactor);
    }
}
