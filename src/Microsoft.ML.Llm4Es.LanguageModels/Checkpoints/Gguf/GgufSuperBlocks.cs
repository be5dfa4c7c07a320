using System.Runtime.Intrinsics;
using static Microsoft.ML.Llm4Es.LanguageModels.GgufQuants;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// The "K" types: 256 quants a block, in groups of 16 or 32 whose scales (and minima) are small integers times one fp16 number a block;
/// layouts from ggml-common.h of llama.cpp.
/// </summary>
internal static class GgufSuperBlocks
{
    private const int Elements = 256;

    /// <summary>The lower quants of a half block share bytes with the upper ones: 128 quants, 32 bytes, two or four bits each.</summary>
    private const int Lane = 32;

    /// <summary>A block is 16 bytes of scale (lower) and minimum (upper four bits), 64 bytes of 2-bit quants, then both fp16 factors.</summary>
    public static void Q2_K(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; !blocks.IsEmpty; blocks = blocks[84..], values = values[Elements..])
        {
            ReadOnlySpan<byte> quants = blocks[16..80];
            float scale = Half(blocks[80..]);
            float minimum = Half(blocks[82..]);
            for (int group = 0; group < Elements / Step; group++)
            {
                (int start, int shift) = TwoBitPlace(group);
                float offset = -(minimum * (blocks[group] >> 4));
                Write(Pair(Load(quants[start..]), shift).AsSByte(), scale * (blocks[group] & 15), offset, values[(group * Step)..]);
            }
        }
    }

    /// <summary>A block is 32 bytes of third bits (0 means 4 less), 64 bytes of 2-bit quants, 12 bytes of 6-bit scales (32 too large), the fp16 factor.</summary>
    public static void Q3_K(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; !blocks.IsEmpty; blocks = blocks[110..], values = values[Elements..])
        {
            ReadOnlySpan<byte> quants = blocks[32..96];
            ReadOnlySpan<byte> scales = blocks[96..108];
            float scale = Half(blocks[108..]);
            for (int group = 0; group < Elements / Step; group++)
            {
                (int start, int shift) = TwoBitPlace(group);
                int lowerBits = group < 8 ? scales[group] & 15 : scales[group - 8] >> 4;
                int upperBits = (scales[8 + (group % 4)] >> (2 * (group / 4))) & 3;
                Vector128<byte> thirdBit = Load(blocks[(start % Lane)..]) >>> (group / 2) & Vector128.Create((byte)1);
                Vector128<sbyte> centred = (Pair(Load(quants[start..]), shift) | (thirdBit << 2)).AsSByte() - Vector128.Create((sbyte)4);
                Write(centred, scale * ((lowerBits | (upperBits << 4)) - 32), NoOffset, values[(group * Step)..]);
            }
        }
    }

    /// <summary>A block is both fp16 factors, 12 bytes of 6-bit scales and minima, 128 bytes of 4-bit quants.</summary>
    public static void Q4_K(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; !blocks.IsEmpty; blocks = blocks[144..], values = values[Elements..])
        {
            for (int group = 0; group < Elements / Lane; group++)
            {
                (float scale, float offset) = ScaleAndOffset(blocks, group);
                for (int part = 0; part < Lane; part += Step)
                {
                    Write(FourBits(blocks[16..], group, part).AsSByte(), scale, offset, values[((group * Lane) + part)..]);
                }
            }
        }
    }

    /// <summary>As Q4_K, with 32 bytes of fifth bits (bit i of each for group i) before the 4-bit quants.</summary>
    public static void Q5_K(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; !blocks.IsEmpty; blocks = blocks[176..], values = values[Elements..])
        {
            for (int group = 0; group < Elements / Lane; group++)
            {
                (float scale, float offset) = ScaleAndOffset(blocks, group);
                for (int part = 0; part < Lane; part += Step)
                {
                    Vector128<byte> fifthBit = (Load(blocks[(16 + part)..]) >>> group & Vector128.Create((byte)1)) << 4;
                    Write((FourBits(blocks[48..], group, part) | fifthBit).AsSByte(), scale, offset, values[((group * Lane) + part)..]);
                }
            }
        }
    }

    /// <summary>A block is 128 bytes of lower four bits, 64 bytes of upper two bits (32 too large), 16 signed scales, the fp16 factor.</summary>
    public static void Q6_K(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; !blocks.IsEmpty; blocks = blocks[210..], values = values[Elements..])
        {
            float scale = Half(blocks[208..]);
            for (int group = 0; group < Elements / Step; group++)
            {
                // Eight groups to a half of 128: the first four in the lower bits of 64 bytes, the last four in their upper bits.
                int half = group / 8;
                Vector128<byte> packed = Load(blocks[((half * 64) + (group % 4 * Step))..]);
                Vector128<byte> lowerBits = group % 8 < 4 ? Low(packed) : High(packed);
                (int start, int shift) = TwoBitPlace(group);
                Vector128<byte> upperBits = Pair(Load(blocks[(128 + start)..]), shift) << 4;
                Vector128<sbyte> centred = (lowerBits | upperBits).AsSByte() - Vector128.Create((sbyte)32);
                Write(centred, scale * (sbyte)blocks[192 + group], NoOffset, values[(group * Step)..]);
            }
        }
    }

    /// <summary>Where the 2-bit numbers of a group of 16 start in their 64 bytes: 32 bytes to 128 numbers, so four shifts of two lanes of 16.</summary>
    private static (int Start, int Shift) TwoBitPlace(int group) => ((group / 8 * Lane) + (group % 2 * Step), group % 8 / 2 * 2);

    /// <summary>The 4-bit numbers of a group of 32: even groups in the lower bits of 32 bytes, odd groups in the upper bits of the same bytes.</summary>
    private static Vector128<byte> FourBits(ReadOnlySpan<byte> quants, int group, int part)
    {
        Vector128<byte> packed = Load(quants[((group / 2 * Lane) + part)..]);
        return group % 2 == 0 ? Low(packed) : High(packed);
    }

    /// <summary>Scale and negated minimum of a group of 32: 6-bit numbers, the first four in whole bytes, whose upper bits complete the last four.</summary>
    private static (float Scale, float Offset) ScaleAndOffset(ReadOnlySpan<byte> block, int group)
    {
        ReadOnlySpan<byte> packed = block[4..16];
        int scale = group < 4 ? packed[group] & 63 : (packed[group + 4] & 15) | (packed[group - 4] >> 6 << 4);
        int minimum = group < 4 ? packed[group + 4] & 63 : (packed[group + 4] >> 4) | (packed[group] >> 6 << 4);
        return (Half(block) * scale, -(Half(block[2..]) * minimum));
    }
}
