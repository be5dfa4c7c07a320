using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Dropout (Srivastava et al., 2014) whose draws depend on seed, step, batch and place alone: a run that is resumed, or a layer that is computed anew, draws the same.</summary>
internal sealed class SeededDropout(double probability, int seed, Device device) : IDisposable
{
    private const long Prime = 1_000_003;

    private readonly Generator _generator = new(0, device);
    private long _batchSeed = seed;

    /// <summary>Chooses the draws of the batch that comes.</summary>
    internal void StartBatch(int step, int batch) => _batchSeed = unchecked((((seed * Prime) + step) * Prime) + batch);

    /// <summary>Zeroes some of <paramref name="x"/> and scales the others up, where gradients are recorded; otherwise returns it as it is.</summary>
    internal Tensor Apply(Tensor x, int place)
    {
        if (probability == 0 || !is_grad_enabled()) return x;

        _generator.manual_seed(unchecked((_batchSeed * Prime) + place));
        Tensor kept = empty_like(x, requires_grad: false).bernoulli_(1 - probability, _generator);
        return x * kept.div_(1 - probability);
    }

    /// <inheritdoc/>
    public void Dispose() => _generator.Dispose();
}
