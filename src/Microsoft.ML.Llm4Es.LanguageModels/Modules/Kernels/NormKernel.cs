using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Root mean square norm of float32 rows to bfloat16.</summary>
internal static class NormKernel
{
    /// <summary>Normalises <c>[rows, size]</c>.</summary>
    internal static Tensor Forward(Tensor x, Tensor weight, double epsilon)
    {
        int rows = (int)x.shape[0], size = (int)x.shape[1];
        Tensor result = empty(x.shape, ScalarType.BFloat16, x.device);
        CpuKernel.Run(rows, size, (first, end) =>
        {
            ReadOnlySpan<float> values = CpuKernel.Values<float>(x), weights = CpuKernel.Values<float>(weight);
            Span<ushort> results = CpuKernel.Values<ushort>(result);
            for (int row = first; row < end; row++) Normalize(values.Slice(row * size, size), weights, results.Slice(row * size, size), (float)epsilon);
        });
        return result;
    }

    private static void Normalize(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, Span<ushort> result, float epsilon)
    {
        ref float values = ref MemoryMarshal.GetReference(x);
        ref float weights = ref MemoryMarshal.GetReference(weight);
        ref ushort results = ref MemoryMarshal.GetReference(result);
        float scale = 1 / MathF.Sqrt((SumOfSquares(x) / x.Length) + epsilon);
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
            Lanes.Write(Vector512.LoadUnsafe(ref values, (nuint)i) * scale * Vector512.LoadUnsafe(ref weights, (nuint)i), ref results, i);
        for (; i < x.Length; i++) result[i] = Lanes.Narrow(x[i] * scale * weight[i]);
    }

    internal static float SumOfSquares(ReadOnlySpan<float> x)
    {
        ref float values = ref MemoryMarshal.GetReference(x);
        Vector512<float> even = default, odd = default;
        int i = 0;
        for (; i <= x.Length - (2 * Lanes.Count); i += 2 * Lanes.Count)
        {
            Vector512<float> first = Vector512.LoadUnsafe(ref values, (nuint)i);
            Vector512<float> second = Vector512.LoadUnsafe(ref values, (nuint)(i + Lanes.Count));
            even = Vector512.FusedMultiplyAdd(first, first, even);
            odd = Vector512.FusedMultiplyAdd(second, second, odd);
        }

        float sum = Vector512.Sum(even + odd);
        for (; i < x.Length; i++) sum += x[i] * x[i];
        return sum;
    }
}
