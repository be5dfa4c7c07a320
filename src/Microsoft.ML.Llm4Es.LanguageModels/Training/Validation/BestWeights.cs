using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A copy of the trainable weights in main memory: those of the lowest validation loss.</summary>
internal sealed class BestWeights(IReadOnlyList<NamedParameter> weights) : IDisposable
{
    private Tensor[] _copies = [];

    /// <summary>Gets the copies, in the order of the weights; none before <see cref="Keep"/>.</summary>
    internal IEnumerable<NamedTensor> Copies => _copies.Select((copy, i) => new NamedTensor(weights[i].Name, copy));

    /// <summary>Makes room without values, for a checkpoint to fill.</summary>
    internal void Allocate()
    {
        if (_copies.Length > 0) return;
        using IDisposable noGradients = no_grad();
        _copies = [.. weights.Select(weight => empty(weight.Parameter.shape, weight.Parameter.dtype, CPU).DetachFromDisposeScope())];
    }

    /// <summary>Copies the weights as they are.</summary>
    internal void Keep()
    {
        Allocate();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        for (int i = 0; i < _copies.Length; i++) _copies[i].copy_(weights[i].Parameter);
    }

    /// <summary>Gives the weights their best values back, if any were kept.</summary>
    internal void Restore()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        for (int i = 0; i < _copies.Length; i++) weights[i].Parameter.copy_(_copies[i]);
    }

    public void Dispose()
    {
        foreach (Tensor copy in _copies) copy.Dispose();
    }
}
