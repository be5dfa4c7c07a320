using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>SwiGLU's gate in bfloat16: silu(gate) * up.</summary>
internal static class GateKernel
{
    /// <summary>Maps gate and up side by side, <c>[rows, 2 x size]</c>, to <c>[rows, size]</c>.</summary>
    internal static Tensor Forward(Tensor gateAndUp)
    {
        int rows = (int)gateAndUp.shape[0], size = (int)gateAndUp.shape[1] / 2;
        Tensor result = empty([rows, size], ScalarType.BFloat16, gateAndUp.device);
        CpuKernel.Run(rows, size, (first, end) =>
        {
            ReadOnlySpan<ushort> values = CpuKernel.Values<ushort>(gateAndUp);
            Span<ushort> results = CpuKernel.Values<ushort>(result);
            for (int row = first; row < end; row++)
                Multiply(values.Slice(2 * row * size, size), values.Slice(((2 * row) + 1) * size, size), results.Slice(row * size, size));
        });
        return result;
    }

    private static void Multiply(ReadOnlySpan<ushort> gate, ReadOnlySpan<ushort> up, Span<ushort> result)
    {
        ref ushort gates = ref MemoryMarshal.GetReference(gate);
        ref ushort ups = ref MemoryMarshal.GetReference(up);
        ref ushort results = ref MemoryMarshal.GetReference(result);
        int i = 0;
        for (; i <= gate.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> x = Lanes.Read(ref gates, i);
            Lanes.Write(x * Lanes.Read(ref ups, i) / (Vector512<float>.One + Lanes.Exp(-x)), ref results, i);
        }

        for (; i < gate.Length; i++)
        {
            float x = Lanes.Widen(gate[i]);
            result[i] = Lanes.Narrow(x * Lanes.Widen(up[i]) / (1 + MathF.Exp(-x)));
        }
    }
}
