using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Splits the projection to queries, keys and values into heads, normalised where the model does, and rotated.</summary>
/// <param name="heads">The number of query heads.</param>
/// <param name="keyValueHeads">The number of key/value heads.</param>
/// <param name="dimension">The values of a head.</param>
/// <param name="queryNorm">The norm of each query, where there is one.</param>
/// <param name="keyNorm">The norm of each key, where there is one.</param>
internal sealed class HeadsKernel(int heads, int keyValueHeads, int dimension, RmsNorm? queryNorm, RmsNorm? keyNorm)
{
    private readonly int _shared = heads / keyValueHeads;
    private readonly int _width = (heads + (2 * keyValueHeads)) * dimension;

    /// <summary>Splits the projections of some rows.</summary>
    /// <param name="projected">bfloat16 <c>[tokens, (heads + 2 key/value heads) x head dimension]</c> of the whole batch.</param>
    /// <param name="context">The batch and its rotary tables.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="block">How many queries are attended together.</param>
    /// <param name="to">
    /// Queries in blocks, each <c>[rows x key/value heads, queries, heads that share a key, head dimension]</c>; keys, divided by the root of the dimension, and values,
    /// <c>[rows x key/value heads, longest row, head dimension]</c>. Behind the end of a row nothing is written.
    /// </param>
    internal void Split(Tensor projected, BatchContext context, AttentionRows rows, int block, (Tensor Queries, Tensor Keys, Tensor Values) to)
    {
        Tensor? queryWeight = queryNorm?.Weight.As(ScalarType.Float32);
        Tensor? keyWeight = keyNorm?.Weight.As(ScalarType.Float32);
        CpuKernel.Run(rows.Tokens, _width, (first, end) =>
        {
            Span<float> head = stackalloc float[dimension];
            ReadOnlySpan<ushort> source = CpuKernel.Values<ushort>(projected);
            ReadOnlySpan<float> cosines = CpuKernel.Values<float>(context.Cos), sines = CpuKernel.Values<float>(context.Sin);
            ReadOnlySpan<float> queryWeights = queryWeight is null ? [] : CpuKernel.Values<float>(queryWeight);
            ReadOnlySpan<float> keyWeights = keyWeight is null ? [] : CpuKernel.Values<float>(keyWeight);
            Span<ushort> queries = CpuKernel.Values<ushort>(to.Queries), keys = CpuKernel.Values<ushort>(to.Keys), values = CpuKernel.Values<ushort>(to.Values);
            int groups = rows.Lengths.Count * keyValueHeads;
            float keyScale = 1 / MathF.Sqrt(dimension);
            (int row, int position) = rows.PlaceOf(first);
            for (int item = first; item < end; item++)
            {
                int token = rows.FirstToken + item;
                ReadOnlySpan<ushort> ofToken = source.Slice(token * _width, _width);
                ReadOnlySpan<float> cos = cosines.Slice(token * dimension / 2, dimension / 2), sin = sines.Slice(token * dimension / 2, dimension / 2);
                int blockStart = position / block * block;
                int queriesInBlock = Math.Min(block, rows.Longest - blockStart);
                for (int h = 0; h < heads; h++)
                {
                    Widen(ofToken.Slice(h * dimension, dimension), head);
                    if (queryNorm is not null) queryNorm.Normalize(head, queryWeights);
                    int place = (groups * blockStart) + (((row * keyValueHeads) + (h / _shared)) * queriesInBlock) + position - blockStart;
                    Rotate(head, cos, sin, 1, queries.Slice(((place * _shared) + (h % _shared)) * dimension, dimension));
                }

                for (int h = 0; h < keyValueHeads; h++)
                {
                    int place = ((((row * keyValueHeads) + h) * rows.Longest) + position) * dimension;
                    Widen(ofToken.Slice((heads + h) * dimension, dimension), head);
                    if (keyNorm is not null) keyNorm.Normalize(head, keyWeights);
                    Rotate(head, cos, sin, keyScale, keys.Slice(place, dimension));
                    ofToken.Slice((heads + keyValueHeads + h) * dimension, dimension).CopyTo(values.Slice(place, dimension));
                }

                if (++position == rows.Lengths[row]) (row, position) = (row + 1, 0);
            }
        });
    }

    private static void Widen(ReadOnlySpan<ushort> values, Span<float> result)
    {
        ref ushort source = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i <= values.Length - Lanes.Count; i += Lanes.Count) Lanes.Read(ref source, i).StoreUnsafe(ref MemoryMarshal.GetReference(result), (nuint)i);
        for (; i < values.Length; i++) result[i] = Lanes.Widen(values[i]);
    }

    private static void Rotate(ReadOnlySpan<float> head, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, float scale, Span<ushort> result)
    {
        int half = cos.Length;
        ref float values = ref MemoryMarshal.GetReference(head);
        ref ushort results = ref MemoryMarshal.GetReference(result);
        int i = 0;
        for (; i <= half - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> x = Vector512.LoadUnsafe(ref values, (nuint)i) * scale, y = Vector512.LoadUnsafe(ref values, (nuint)(half + i)) * scale;
            Vector512<float> c = Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(cos), (nuint)i), s = Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(sin), (nuint)i);
            Lanes.Write((x * c) - (y * s), ref results, i);
            Lanes.Write((y * c) + (x * s), ref results, half + i);
        }

        for (; i < half; i++)
        {
            float x = head[i] * scale, y = head[half + i] * scale;
            result[i] = Lanes.Narrow((x * cos[i]) - (y * sin[i]));
            result[half + i] = Lanes.Narrow((y * cos[i]) + (x * sin[i]));
        }
    }
}
