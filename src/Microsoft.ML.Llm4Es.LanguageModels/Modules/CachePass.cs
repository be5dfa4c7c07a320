using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>One pass of tokens through the layers with a <see cref="KeyValueCache"/>: where their keys and values go, and what they see there.</summary>
internal sealed class CachePass : IDisposable
{
    private readonly KeyValueCache _cache;
    private readonly CachePlaces _all;
    private readonly CachePlaces? _windowed;

    private CachePass(KeyValueCache cache, IReadOnlyList<int>? positions, Func<int?, CachePlaces> placesOf)
    {
        _cache = cache;
        Positions = positions;
        _all = placesOf(null);
        _windowed = cache.Window is { } window ? placesOf(window) : null;
    }

    /// <summary>Gets the position of each row's one new token, or <see langword="null"/> where whole rows pass.</summary>
    internal IReadOnlyList<int>? Positions { get; }

    /// <summary>Describes a pass of whole rows, the last of the cache.</summary>
    internal static CachePass OfPrompts(KeyValueCache cache, int firstRow, IReadOnlyList<int> lengths) =>
        new(cache, positions: null, window => PromptPlaces(cache, firstRow, lengths, window));

    /// <summary>Describes a pass of the last token of every row.</summary>
    internal static CachePass OfNextTokens(KeyValueCache cache)
    {
        int[] positions = [.. cache.Lengths.Select(length => length - 1)];
        return new(cache, positions, window => NextTokenPlaces(cache, positions, window));
    }

    /// <summary>Stores the keys and values of whole rows in a layer: <c>[tokens, key/value heads, head dimension]</c> each.</summary>
    internal void Store(int layer, Tensor keys, Tensor values)
    {
        CachePlaces at = PlacesOf(layer);
        CachedAttention.Store(_cache.Keys(layer), at.Kept(keys), at.Rows, at.Places);
        CachedAttention.Store(_cache.Values(layer), at.Kept(values), at.Rows, at.Places);
    }

    /// <summary>Stores the key and value of each row's new token in a layer, and attends it to those that its row holds.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="queriesAndKeys"><c>[rows, heads + key/value heads, head dimension]</c>.</param>
    /// <param name="values"><c>[rows, key/value heads, head dimension]</c>.</param>
    /// <returns><c>[rows, heads x head dimension]</c>.</returns>
    internal Tensor Attend(int layer, Tensor queriesAndKeys, Tensor values)
    {
        CachePlaces at = PlacesOf(layer);
        return CachedAttention.Forward(queriesAndKeys, values, _cache.Keys(layer), _cache.Values(layer), at.Rows, at.Places, at.Mask!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _all.Dispose();
        _windowed?.Dispose();
    }

    private CachePlaces PlacesOf(int layer) => _cache.WindowOf(layer) is null ? _all : _windowed!;

    /// <summary>Of each row the last tokens that fit are kept.</summary>
    private static CachePlaces PromptPlaces(KeyValueCache cache, int firstRow, IReadOnlyList<int> lengths, int? window)
    {
        int capacity = cache.CapacityOf(window);
        List<long> rows = [];
        List<long> places = [];
        List<long> tokens = [];
        long start = 0;
        for (int i = 0; i < lengths.Count; i++)
        {
            for (int position = Math.Max(0, lengths[i] - capacity); position < lengths[i]; position++)
            {
                rows.Add(firstRow + i);
                places.Add(position % capacity);
                tokens.Add(start + position);
            }

            start += lengths[i];
        }

        Tensor? kept = tokens.Count == start ? null : Integers(tokens, cache.Device);
        return new(Integers(rows, cache.Device), Integers(places, cache.Device), kept, Mask: null);
    }

    private static CachePlaces NextTokenPlaces(KeyValueCache cache, int[] positions, int? window)
    {
        int capacity = cache.CapacityOf(window);
        int count = Math.Min(capacity, positions.Max() + 1);
        float[] mask = new float[positions.Length * count];
        for (int row = 0; row < positions.Length; row++)
        {
            int seen = Math.Min(count, positions[row] + 1);
            mask.AsSpan((row * count) + seen, count - seen).Fill(float.NegativeInfinity);
        }

        return new(
            Integers(Enumerable.Range(0, positions.Length).Select(row => (long)row), cache.Device),
            Integers(positions.Select(position => (long)position % capacity), cache.Device),
            Tokens: null,
            tensor(mask, [positions.Length, 1, 1, count], cache.Type, cache.Device).DetachFromDisposeScope());
    }

    private static Tensor Integers(IEnumerable<long> values, Device device) => tensor([.. values], ScalarType.Int64, device).DetachFromDisposeScope();

    /// <summary>Places in the layers of one window.</summary>
    /// <param name="Rows">The row of each token that is stored, int64.</param>
    /// <param name="Places">The place of each in its row, int64.</param>
    /// <param name="Tokens">Which tokens of the pass are stored; <see langword="null"/> means all.</param>
    /// <param name="Mask">What is added to the scores of a new token, <c>[rows, 1, 1, places]</c>; <see langword="null"/> for whole rows, which see themselves.</param>
    private sealed record CachePlaces(Tensor Rows, Tensor Places, Tensor? Tokens, Tensor? Mask) : IDisposable
    {
        /// <summary>Takes the tokens that are stored of <c>[tokens, ..]</c>.</summary>
        internal Tensor Kept(Tensor all) => Tokens is null ? all : all.index_select(0, Tokens);

        public void Dispose()
        {
            Rows.Dispose();
            Places.Dispose();
            Tokens?.Dispose();
            Mask?.Dispose();
        }
    }
}
