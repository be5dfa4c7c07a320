using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>16 values at a time: bfloat16 to and from 32-bit floats, and the exponential function.</summary>
internal static class Lanes
{
    /// <summary>How many values are computed at a time.</summary>
    internal const int Count = 16;

    /// <summary>Reads bfloat16 values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Read(ref ushort first, int at) =>
        Avx512F.ShiftLeftLogical(Avx512F.ConvertToVector512UInt32(Vector256.LoadUnsafe(ref first, (nuint)at)), 16).AsSingle();

    /// <summary>Writes bfloat16 values, rounded to the nearest, to the even one of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Write(Vector512<float> values, ref ushort first, int at)
    {
        Vector512<uint> bits = values.AsUInt32();
        Vector512<uint> odd = Avx512F.And(Avx512F.ShiftRightLogical(bits, 16), Vector512<uint>.One);
        Vector512<uint> rounded = Avx512F.ShiftRightLogical(Avx512F.Add(Avx512F.Add(bits, odd), Vector512.Create(0x7FFFu)), 16);
        Avx512F.ConvertToVector256UInt16(rounded).StoreUnsafe(ref first, (nuint)at);
    }

    /// <summary>e to the power of each value: a power of two, times a polynomial of Cephes (Moshier) of the rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Exp(Vector512<float> x)
    {
        // Beyond these the result is 0 or infinity, and an infinite x would give no number.
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(-110f)), Vector512.Create(90f));
        Vector512<float> power = Avx512F.RoundScale(x * 1.44269504f, 8);
        Vector512<float> rest = Avx512F.FusedMultiplyAddNegated(power, Vector512.Create(0.693359375f), x);
        rest = Avx512F.FusedMultiplyAddNegated(power, Vector512.Create(-2.12194440e-4f), rest);
        Vector512<float> sum = Vector512.Create(1.9875691500e-4f);
        sum = Avx512F.FusedMultiplyAdd(sum, rest, Vector512.Create(1.3981999507e-3f));
        sum = Avx512F.FusedMultiplyAdd(sum, rest, Vector512.Create(8.3334519073e-3f));
        sum = Avx512F.FusedMultiplyAdd(sum, rest, Vector512.Create(4.1665795894e-2f));
        sum = Avx512F.FusedMultiplyAdd(sum, rest, Vector512.Create(1.6666665459e-1f));
        sum = Avx512F.FusedMultiplyAdd(sum, rest, Vector512.Create(5.0000001201e-1f));
        sum = Avx512F.FusedMultiplyAdd(sum, rest * rest, rest + Vector512<float>.One);
        return Avx512F.Scale(sum, power);
    }

    /// <summary>Reads a bfloat16 value.</summary>
    internal static float Widen(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);

    /// <summary>Rounds to bfloat16, to the nearest, to the even one of two.</summary>
    internal static ushort Narrow(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + ((bits >> 16) & 1) + 0x7FFF) >> 16);
    }
}
