using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>fp32 to bf16, rounded to the nearest, ties to even, as torch rounds.</summary>
internal static class BFloat16Rounding
{
    private const uint QuietNaN = 0x7FC0;

    /// <summary>Rounds numbers; a NaN stays one.</summary>
    internal static void Round(ReadOnlySpan<float> values, Span<ushort> rounded)
    {
        int start = 0;
        for (; start <= values.Length - (2 * Vector256<float>.Count); start += 2 * Vector256<float>.Count)
        {
            Vector256<uint> lower = Round(Vector256.Create(values[start..]));
            Vector256<uint> upper = Round(Vector256.Create(values[(start + Vector256<float>.Count)..]));
            Vector256.Narrow(lower, upper).CopyTo(rounded[start..]);
        }

        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        for (; start < values.Length; start++)
        {
            rounded[start] = (ushort)(float.IsNaN(values[start]) ? QuietNaN : (bits[start] + 0x7FFF + ((bits[start] >> 16) & 1)) >> 16);
        }
    }

    private static Vector256<uint> Round(Vector256<float> values)
    {
        Vector256<uint> bits = values.AsUInt32();
        Vector256<uint> odd = (bits >>> 16) & Vector256<uint>.One;
        Vector256<uint> rounded = (bits + Vector256.Create(0x7FFFu) + odd) >>> 16;
        return Vector256.ConditionalSelect(Vector256.Equals(values, values).AsUInt32(), rounded, Vector256.Create(QuietNaN));
    }
}
