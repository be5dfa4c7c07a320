using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The keys and values of every layer for the tokens that rows of different length have been through. It owns its tensors.</summary>
/// <remarks>
/// A layer's are <c>[rows, key/value heads, capacity, head dimension]</c>, of the type that is computed in; there is room for the longest row. A layer
/// with a sliding window keeps the last so many tokens, in a ring: attention does not mind the order of keys, which carry their positions in them.
/// </remarks>
internal sealed class KeyValueCache(LanguageModelConfiguration configuration, ScalarType type, Device device) : IDisposable
{
    /// <summary>Capacity grows by so many tokens at a time, so that it is seldom copied.</summary>
    private const int Block = 256;

    private readonly Tensor?[] _keys = new Tensor?[configuration.HiddenLayers];
    private readonly Tensor?[] _values = new Tensor?[configuration.HiddenLayers];
    private readonly List<int> _lengths = [];
    private int _rowCapacity;
    private int _capacity;

    /// <summary>Gets how many tokens of each row are held.</summary>
    internal IReadOnlyList<int> Lengths => _lengths;

    /// <summary>Gets the type of keys and values.</summary>
    internal ScalarType Type => type;

    /// <summary>Gets the device that holds the keys and values.</summary>
    internal Device Device => device;

    /// <summary>Adds rows behind those that are there, and makes room for their tokens.</summary>
    /// <param name="lengths">The number of tokens of each new row, all of which are computed in the pass that the result is given to.</param>
    /// <returns>What the pass over the new rows needs; owned by the caller.</returns>
    internal CachePass Append(IReadOnlyList<int> lengths)
    {
        int firstRow = _lengths.Count;
        _lengths.AddRange(lengths);
        Reserve();
        return CachePass.OfPrompts(this, firstRow, lengths);
    }

    /// <summary>Makes room for one more token in every row.</summary>
    /// <returns>What the pass over one token a row needs; owned by the caller.</returns>
    internal CachePass Advance()
    {
        for (int row = 0; row < _lengths.Count; row++) _lengths[row]++;
        Reserve();
        return CachePass.OfNextTokens(this);
    }

    /// <summary>Takes a row away; the last row moves to its place.</summary>
    internal void Remove(int row)
    {
        int last = _lengths.Count - 1;
        if (row != last) Move(last, row);
        _lengths[row] = _lengths[last];
        _lengths.RemoveAt(last);
        if (last == 0) Free();
    }

    /// <summary>Gets the sliding window of the layers that have one.</summary>
    internal int? Window => configuration.SlidingWindow;

    /// <summary>Gets how many tokens of a row a layer keeps at most; <see langword="null"/> means all.</summary>
    internal int? WindowOf(int layer) => configuration.WindowOf(layer);

    /// <summary>Gets how many tokens of a row there is room for in layers of a window.</summary>
    internal int CapacityOf(int? window) => Math.Min(_capacity, window ?? int.MaxValue);

    /// <summary>Gets a layer's keys.</summary>
    internal Tensor Keys(int layer) => _keys[layer]!;

    /// <summary>Gets a layer's values.</summary>
    internal Tensor Values(int layer) => _values[layer]!;

    /// <summary>Frees the tensors; the cache is empty then, and may be used anew.</summary>
    public void Dispose()
    {
        _lengths.Clear();
        Free();
    }

    private void Reserve()
    {
        int longest = _lengths.Max();
        if (_lengths.Count <= _rowCapacity && longest <= _capacity) return;
        _rowCapacity = Math.Max(_rowCapacity, _lengths.Count);
        _capacity = Math.Max(_capacity, (longest + Block - 1) / Block * Block);
        for (int layer = 0; layer < configuration.HiddenLayers; layer++)
        {
            _keys[layer] = Grow(_keys[layer], CapacityOf(WindowOf(layer)));
            _values[layer] = Grow(_values[layer], CapacityOf(WindowOf(layer)));
        }
    }

    /// <summary>Places without a token hold zeros, not what the memory held: a mask turns any number to nothing, but not NaN.</summary>
    private Tensor Grow(Tensor? old, int capacity)
    {
        if (old is not null && old.shape[0] == _rowCapacity && old.shape[2] == capacity) return old;
        using DisposeScope scope = NewDisposeScope();
        Tensor grown = zeros([_rowCapacity, configuration.KeyValueHeads, capacity, configuration.HeadDimension], type, device);
        if (old is not null)
        {
            grown.narrow(0, 0, old.shape[0]).narrow(2, 0, old.shape[2]).copy_(old);
            old.Dispose();
        }

        return grown.DetachFromDisposeScope();
    }

    private void Move(int from, int to)
    {
        using DisposeScope scope = NewDisposeScope();
        for (int layer = 0; layer < configuration.HiddenLayers; layer++)
        {
            int held = Math.Min(_lengths[from], CapacityOf(WindowOf(layer)));
            foreach (Tensor cache in new[] { Keys(layer), Values(layer) }) cache[to].narrow(1, 0, held).copy_(cache[from].narrow(1, 0, held));
        }
    }

    private void Free()
    {
        for (int layer = 0; layer < configuration.HiddenLayers; layer++)
        {
            _keys[layer]?.Dispose();
            _values[layer]?.Dispose();
            _keys[layer] = null;
            _values[layer] = null;
        }

        _rowCapacity = 0;
        _capacity = 0;
    }
}
