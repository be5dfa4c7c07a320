using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Attention in which query i sees keys i - window + 1 .. i (Beltagy et al., arXiv 2004.05150, one-sided).</summary>
internal static class SlidingWindowAttention
{
    /// <summary>Fewer queries at a time are not worth the calls.</summary>
    private const int SmallestBlock = 256;

    /// <summary>Attends <c>[rows, heads, length, head dimension]</c>, in blocks of queries with the keys that they see: memory grows with length times window, not with its square.</summary>
    internal static Tensor Forward(Tensor q, Tensor k, Tensor v, int window)
    {
        long length = q.shape[2];
        long block = Math.Max(window, SmallestBlock);
        List<Tensor> results = [];
        for (long start = 0; start < length; start += block)
        {
            long end = Math.Min(start + block, length);
            long firstKey = Math.Max(0, start - window + 1);
            Tensor mask = Mask(start, end, firstKey, window, q.device);
            results.Add(TorchScript.MaskedAttention(
                q.narrow(2, start, end - start),
                k.narrow(2, firstKey, end - firstKey),
                v.narrow(2, firstKey, end - firstKey),
                mask));
        }

        return cat(results, 2);
    }

    /// <summary>True where query start + i may see key firstKey + j: <c>[end - start, end - firstKey]</c>.</summary>
    private static Tensor Mask(long start, long end, long firstKey, int window, Device device)
    {
        Tensor queries = arange(start, end, ScalarType.Int64, device).unsqueeze(1);
        Tensor keys = arange(firstKey, end, ScalarType.Int64, device).unsqueeze(0);
        Tensor distance = queries - keys;
        return distance.ge(0).logical_and(distance.lt(window));
    }
}
