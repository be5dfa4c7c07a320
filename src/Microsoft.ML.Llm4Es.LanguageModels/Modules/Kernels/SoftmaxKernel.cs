using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Softmax of bfloat16 attention scores over the keys that a query may see.</summary>
internal static class SoftmaxKernel
{
    /// <summary>Turns the scores of a block of queries into probabilities, in place; those of keys behind the query become 0.</summary>
    /// <param name="scores"><c>[groups, queries x shared, keys]</c>: of each query those of the heads that share a key, one below the other. The last query sees all keys, the one before it one less, ...</param>
    /// <param name="queries">The number of queries.</param>
    internal static void Causal(Tensor scores, int queries)
    {
        int keys = (int)scores.shape[2], shared = (int)scores.shape[1] / queries;
        CpuKernel.Run((int)scores.shape[0] * queries * shared, keys, (first, end) =>
        {
            Span<ushort> values = CpuKernel.Values<ushort>(scores);
            float[] buffer = ArrayPool<float>.Shared.Rent(keys + Lanes.Count);
            for (int row = first; row < end; row++)
                Normalize(values.Slice(row * keys, keys), seen: keys - queries + (row / shared % queries) + 1, buffer);
            ArrayPool<float>.Shared.Return(buffer);
        });
    }

    private static void Normalize(Span<ushort> row, int seen, float[] buffer)
    {
        ref ushort values = ref MemoryMarshal.GetReference(row);
        ref float floats = ref MemoryMarshal.GetArrayDataReference(buffer);
        int i = 0;
        for (; i < seen && i <= row.Length - Lanes.Count; i += Lanes.Count) Lanes.Read(ref values, i).StoreUnsafe(ref floats, (nuint)i);
        for (; i < seen; i++) buffer[i] = Lanes.Widen(row[i]);
        buffer.AsSpan(seen, Lanes.Count).Fill(float.NegativeInfinity);

        Vector512<float> largest = Vector512.Create(float.NegativeInfinity);
        for (i = 0; i < seen; i += Lanes.Count) largest = Vector512.MaxNative(largest, Vector512.LoadUnsafe(ref floats, (nuint)i));
        Vector512<float> maximum = Vector512.Create(Largest(largest));
        Vector512<float> sum = default;
        for (i = 0; i < seen; i += Lanes.Count)
        {
            Vector512<float> power = Lanes.Exp(Vector512.LoadUnsafe(ref floats, (nuint)i) - maximum);
            power.StoreUnsafe(ref floats, (nuint)i);
            sum += power;
        }

        float scale = 1 / Vector512.Sum(sum);
        for (i = 0; i < seen && i <= row.Length - Lanes.Count; i += Lanes.Count) Lanes.Write(Vector512.LoadUnsafe(ref floats, (nuint)i) * scale, ref values, i);
        for (; i < seen; i++) row[i] = Lanes.Narrow(buffer[i] * scale);
        if (i < row.Length) row[i..].Clear();
    }

    private static float Largest(Vector512<float> values)
    {
        Vector256<float> half = Vector256.MaxNative(values.GetLower(), values.GetUpper());
        Vector128<float> quarter = Vector128.MaxNative(half.GetLower(), half.GetUpper());
        return MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));
    }
}
