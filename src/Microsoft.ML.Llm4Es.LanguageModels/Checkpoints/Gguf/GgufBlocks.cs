using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using static Microsoft.ML.Llm4Es.LanguageModels.GgufQuants;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The types with 32 quants a block and one scale (and for the _1 types one minimum) each; layouts from ggml-common.h of llama.cpp.</summary>
internal static class GgufBlocks
{
    private const int Elements = 32;

    /// <summary>A block is the scale (fp16) and 16 bytes: quant i in the lower, quant i + 16 in the upper four bits, 8 too large.</summary>
    public static void Q4_0(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; !blocks.IsEmpty; blocks = blocks[18..], values = values[Elements..])
        {
            float scale = Half(blocks);
            Vector128<byte> quants = Load(blocks[2..]);
            Vector128<sbyte> middle = Vector128.Create((sbyte)8);
            Write(Low(quants).AsSByte() - middle, scale, NoOffset, values);
            Write(High(quants).AsSByte() - middle, scale, NoOffset, values[Step..]);
        }
    }

    /// <summary>A block is scale and minimum (fp16), then quants as in Q4_0 that count from the minimum.</summary>
    public static void Q4_1(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; !blocks.IsEmpty; blocks = blocks[20..], values = values[Elements..])
        {
            float scale = Half(blocks);
            float minimum = Half(blocks[2..]);
            Vector128<byte> quants = Load(blocks[4..]);
            Write(Low(quants).AsSByte(), scale, minimum, values);
            Write(High(quants).AsSByte(), scale, minimum, values[Step..]);
        }
    }

    /// <summary>A block is the scale (fp16), the fifth bit of every quant (32 bits), then quants as in Q4_0; 16 too large.</summary>
    public static void Q5_0(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; !blocks.IsEmpty; blocks = blocks[22..], values = values[Elements..])
        {
            float scale = Half(blocks);
            uint fifthBits = BinaryPrimitives.ReadUInt32LittleEndian(blocks[2..]);
            Vector128<byte> quants = Load(blocks[6..]);
            Vector128<sbyte> middle = Vector128.Create((sbyte)16);
            Write((Low(quants) | Fifth((ushort)fifthBits)).AsSByte() - middle, scale, NoOffset, values);
            Write((High(quants) | Fifth((ushort)(fifthBits >> 16))).AsSByte() - middle, scale, NoOffset, values[Step..]);
        }
    }

    /// <summary>A block is scale and minimum (fp16), then bits and quants as in Q5_0 that count from the minimum.</summary>
    public static void Q5_1(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; !blocks.IsEmpty; blocks = blocks[24..], values = values[Elements..])
        {
            float scale = Half(blocks);
            float minimum = Half(blocks[2..]);
            uint fifthBits = BinaryPrimitives.ReadUInt32LittleEndian(blocks[4..]);
            Vector128<byte> quants = Load(blocks[8..]);
            Write((Low(quants) | Fifth((ushort)fifthBits)).AsSByte(), scale, minimum, values);
            Write((High(quants) | Fifth((ushort)(fifthBits >> 16))).AsSByte(), scale, minimum, values[Step..]);
        }
    }

    /// <summary>A block is the scale (fp16) and 32 signed bytes.</summary>
    public static void Q8_0(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; !blocks.IsEmpty; blocks = blocks[34..], values = values[Elements..])
        {
            float scale = Half(blocks);
            Write(Load(blocks[2..]).AsSByte(), scale, NoOffset, values);
            Write(Load(blocks[18..]).AsSByte(), scale, NoOffset, values[Step..]);
        }
    }
}
