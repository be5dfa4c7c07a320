using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What all quantised types share: small integers q, sixteen at a time, that become q · scale + offset.</summary>
internal static class GgufQuants
{
    /// <summary>How many quants one step handles.</summary>
    public const int Step = 16;

    /// <summary>The offset that changes no bit of any sum, unlike +0, which would turn -0 into +0.</summary>
    public const float NoOffset = -0f;

    private static readonly Vector128<byte> BitOfByte = Vector128.Create(0x8040201008040201UL).AsByte();

    /// <summary>The fp16 number at the start of <paramref name="bytes"/>.</summary>
    public static float Half(ReadOnlySpan<byte> bytes) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);

    /// <summary>The first sixteen bytes.</summary>
    public static Vector128<byte> Load(ReadOnlySpan<byte> bytes) => Vector128.Create(bytes);

    /// <summary>The lower four bits of each byte.</summary>
    public static Vector128<byte> Low(Vector128<byte> bytes) => bytes & Vector128.Create((byte)0x0F);

    /// <summary>The upper four bits of each byte.</summary>
    public static Vector128<byte> High(Vector128<byte> bytes) => bytes >>> 4;

    /// <summary>Two bits of each byte, from bit <paramref name="shift"/> on.</summary>
    public static Vector128<byte> Pair(Vector128<byte> bytes, int shift) => (bytes >>> shift) & Vector128.Create((byte)3);

    /// <summary>Sixteen where bit i of <paramref name="bits"/> is set, for i = 0 .. 15; else zero.</summary>
    public static Vector128<byte> Fifth(ushort bits)
    {
        Vector128<byte> spread = Vector128.Create(Vector64.Create((byte)bits), Vector64.Create((byte)(bits >> 8)));
        return Vector128.Equals(spread & BitOfByte, BitOfByte) & Vector128.Create((byte)16);
    }

    /// <summary>Writes q · scale + offset of sixteen quants, each product and sum rounded to fp32 as ggml rounds it (never fused).</summary>
    public static void Write(Vector128<sbyte> quants, float scale, float offset, Span<float> values)
    {
        (Vector128<short> lower, Vector128<short> upper) = Vector128.Widen(quants);
        Span<Vector128<float>> destination = MemoryMarshal.Cast<float, Vector128<float>>(values[..Step]);
        Vector128<float> factor = Vector128.Create(scale);
        Vector128<float> addend = Vector128.Create(offset);
        destination[0] = (Vector128.ConvertToSingle(Vector128.WidenLower(lower)) * factor) + addend;
        destination[1] = (Vector128.ConvertToSingle(Vector128.WidenUpper(lower)) * factor) + addend;
        destination[2] = (Vector128.ConvertToSingle(Vector128.WidenLower(upper)) * factor) + addend;
        destination[3] = (Vector128.ConvertToSingle(Vector128.WidenUpper(upper)) * factor) + addend;
    }
}
