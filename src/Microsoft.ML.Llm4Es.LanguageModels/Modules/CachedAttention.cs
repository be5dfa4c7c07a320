using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Attention to the keys and values of a <see cref="KeyValueCache"/>. Each function is one call, since calls are what a step of small products spends its time on.</summary>
internal static class CachedAttention
{
    /// <summary>From so many places of all rows together on, plain products in bfloat16 on a CPU are faster than libtorch's fused kernel: by a factor of 6 for 16 rows of 512.</summary>
    private const int PlacesForProducts = 512;

    // The query heads that share a key/value head are taken as the queries of that head, so that keys and values need not be repeated.
    private static readonly TorchScriptUnit Unit = new("""
        def store(cache: Tensor, new: Tensor, rows: Tensor, places: Tensor) -> Tensor:
          cache[rows, :, places] = new
          return cache

        def store_and_split(qk: Tensor, v: Tensor, keys: Tensor, values: Tensor, rows: Tensor, places: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
          shared = v.size(1)
          heads = qk.size(1) - shared
          keys[rows, :, places] = qk.narrow(1, heads, shared)
          values[rows, :, places] = v
          q = qk.narrow(1, 0, heads).unflatten(1, [shared, -1])
          k = keys.narrow(0, 0, mask.size(0)).narrow(2, 0, mask.size(3))
          return q, k, values.narrow(0, 0, mask.size(0)).narrow(2, 0, mask.size(3))

        def attend(qk: Tensor, v: Tensor, keys: Tensor, values: Tensor, rows: Tensor, places: Tensor, mask: Tensor) -> Tensor:
          q, k, v = store_and_split(qk, v, keys, values, rows, places, mask)
          return torch.scaled_dot_product_attention(q, k, v, mask).flatten(1)

        def attend_by_products(qk: Tensor, v: Tensor, keys: Tensor, values: Tensor, rows: Tensor, places: Tensor, mask: Tensor) -> Tensor:
          q, k, v = store_and_split(qk, v, keys, values, rows, places, mask)
          scores = torch.matmul(q * q.size(-1) ** -0.5, k.transpose(2, 3)) + mask
          return torch.matmul(torch.softmax(scores, -1), v).flatten(1)

        """);

    /// <summary>Stores keys or values of tokens.</summary>
    /// <param name="cache"><c>[row capacity, key/value heads, capacity, head dimension]</c>; changed.</param>
    /// <param name="tokens"><c>[tokens, key/value heads, head dimension]</c>.</param>
    /// <param name="rows">The row of each token, int64 <c>[tokens]</c>.</param>
    /// <param name="places">The place of each token in its row, int64 <c>[tokens]</c>.</param>
    internal static void Store(Tensor cache, Tensor tokens, Tensor rows, Tensor places)
    {
        using Tensor same = (Tensor)Unit.Invoke("store", cache, tokens, rows, places)!;
    }

    /// <summary>Stores the key and value of one new token a row, then attends the tokens to all that their rows hold.</summary>
    /// <param name="queriesAndKeys"><c>[rows, heads + key/value heads, head dimension]</c>.</param>
    /// <param name="values"><c>[rows, key/value heads, head dimension]</c>.</param>
    /// <param name="keyCache"><c>[row capacity, key/value heads, capacity, head dimension]</c>; changed.</param>
    /// <param name="valueCache">As <paramref name="keyCache"/>.</param>
    /// <param name="rows">0, 1, .., int64 <c>[rows]</c>.</param>
    /// <param name="places">The place of each token in its row, int64 <c>[rows]</c>.</param>
    /// <param name="mask">What is added to scores, <c>[rows, 1, 1, places]</c>: 0 for places that the token sees, the new one included, minus infinity for others.</param>
    /// <returns><c>[rows, heads x head dimension]</c>.</returns>
    internal static Tensor Forward(Tensor queriesAndKeys, Tensor values, Tensor keyCache, Tensor valueCache, Tensor rows, Tensor places, Tensor mask)
    {
        bool byProducts = BlockedAttention.IsFaster(queriesAndKeys) && mask.NumberOfElements >= PlacesForProducts;
        return (Tensor)Unit.Invoke(byProducts ? "attend_by_products" : "attend", queriesAndKeys, values, keyCache, valueCache, rows, places, mask)!;
    }
}
