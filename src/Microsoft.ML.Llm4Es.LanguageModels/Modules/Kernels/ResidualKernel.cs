using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Adds bfloat16 values to the float32 residual stream.</summary>
internal static class ResidualKernel
{
    /// <summary>Adds <c>[rows, size]</c>.</summary>
    internal static Tensor Add(Tensor x, Tensor change)
    {
        int rows = (int)x.shape[0], size = (int)x.shape[1];
        Tensor result = empty(x.shape, ScalarType.Float32, x.device);
        CpuKernel.Run(rows, size, (first, end) =>
        {
            Add(
                CpuKernel.Values<float>(x)[(first * size)..(end * size)],
                CpuKernel.Values<ushort>(change)[(first * size)..(end * size)],
                CpuKernel.Values<float>(result)[(first * size)..(end * size)]);
        });
        return result;
    }

    private static void Add(ReadOnlySpan<float> x, ReadOnlySpan<ushort> change, Span<float> result)
    {
        ref float values = ref MemoryMarshal.GetReference(x);
        ref ushort changes = ref MemoryMarshal.GetReference(change);
        ref float results = ref MemoryMarshal.GetReference(result);
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
            (Vector512.LoadUnsafe(ref values, (nuint)i) + Lanes.Read(ref changes, i)).StoreUnsafe(ref results, (nuint)i);
        for (; i < x.Length; i++) result[i] = x[i] + Lanes.Widen(change[i]);
    }
}
