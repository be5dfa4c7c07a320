using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A forward pass that keeps nothing but the input of each layer, and its backward pass, which computes one layer after the other anew (Chen et al., arXiv 1604.06174).</summary>
/// <remarks>
/// The operations are those of the usual pass, so gradients are equal. Gradients are recorded in both passes: what differs without them, dropout, stays the
/// same. Tensors belong to the dispose scope in which the pass is made.
/// </remarks>
internal sealed class LayerwisePass
{
    private readonly CausalLanguageModel _model;
    private readonly BatchContext _context;
    private readonly Tensor _embedded;
    private readonly Tensor[] _inputs;
    private readonly Tensor _top;

    internal LayerwisePass(CausalLanguageModel model, TokenBatch batch)
    {
        _model = model;
        _context = model.Context(batch);
        _embedded = model.Embed(batch);
        _inputs = new Tensor[model.Layers.Count];
        Tensor x = _embedded.detach();
        for (int layer = 0; layer < _inputs.Length; layer++)
        {
            _inputs[layer] = x;
            using DisposeScope scope = NewDisposeScope();
            x = model.Layers[layer].Forward(x, _context).detach().MoveToOuterDisposeScope();
        }

        _top = x.requires_grad_(true);
        Hidden = model.Normalize(_top);
    }

    /// <summary>Gets the hidden states, float32 <c>[tokens, hidden]</c>.</summary>
    internal Tensor Hidden { get; }

    /// <summary>Adds the gradients of the parameters.</summary>
    /// <param name="gradient">That of <see cref="Hidden"/>.</param>
    internal void Backward(Tensor gradient)
    {
        Hidden.backward([gradient]);
        Tensor below = _top.grad!;
        for (int layer = _inputs.Length - 1; layer >= _model.FrozenLayers(); layer--)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor input = _inputs[layer].requires_grad_(true);
            _model.Layers[layer].Forward(input, _context).backward([below]);
            Tensor next = input.grad!.MoveToOuterDisposeScope();
            input.Dispose();
            below.Dispose();
            below = next;
        }

        if (_embedded.requires_grad) _embedded.backward([below]);
    }
}
