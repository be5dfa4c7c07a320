using System.Buffers.Binary;
using CsCheck;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class GgufDequantizerTests
{
    public static TheoryData<string> Types => [.. GgufTensorType.All.Select(type => type.Name)];

    /// <summary>Where the fp16 scales and minima of a block are.</summary>
    private static readonly Dictionary<string, int[]> ScalePlaces = new()
    {
        ["Q4_0"] = [0],
        ["Q4_1"] = [0, 2],
        ["Q5_0"] = [0],
        ["Q5_1"] = [0, 2],
        ["Q8_0"] = [0],
        ["Q2_K"] = [80, 82],
        ["Q3_K"] = [108],
        ["Q4_K"] = [0, 2],
        ["Q5_K"] = [0, 2],
        ["Q6_K"] = [208],
    };

    [Theory]
    [MemberData(nameof(Types))]
    [Trait("Category", "Reference")]
    public void Dequantize_EqualsTheReference(string name)
    {
        string path = ReferenceData.Require(ReferenceData.Reference, "smollm2", "gguf-blocks.safetensors");
        var blocks = new ExpectedTensors(path);
        GgufTensorType type = GgufTensorType.All.Single(each => each.Name == name);
        if (name == "F32") return;

        ReadOnlySpan<byte> bytes = blocks.Bytes($"{name}.bytes");
        float[] expected = [.. blocks.Floats($"{name}.values").data<float>()];
        float[] actual = new float[expected.Length];
        type.Dequantize(bytes, actual);

        Assert.Equal(expected, actual);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Dequantize_IsLinearInScaleAndMinimum(string name)
    {
        GgufTensorType type = GgufTensorType.All.Single(each => each.Name == name);
        if (!ScalePlaces.TryGetValue(name, out int[]? places)) return;

        Gen.Byte.Array[3 * type.BlockBytes].Sample(
            bytes =>
            {
                float[] once = Dequantize(type, WithScales(bytes, type, places, 0.75f));
                float[] twice = Dequantize(type, WithScales(bytes, type, places, 1.5f));
                Assert.Equal(once.Select(value => 2 * value), twice);
                Assert.All(once, value => Assert.Equal(Math.Round(value / 0.75), value / 0.75));
                Assert.Contains(once, value => value != 0);
            },
            iter: 100,
            threads: 1);
    }

    [Fact]
    public void Dequantize_Q8_0MultipliesSignedBytes()
    {
        byte[] block = new byte[34];
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)0.5f);
        for (int i = 0; i < 32; i++) block[2 + i] = (byte)(sbyte)((i * 8) - 128);

        Assert.Equal(Enumerable.Range(0, 32).Select(i => ((i * 8) - 128) * 0.5f), Dequantize(GgufTensorType.Find(8), block));
    }

    [Fact]
    public void Dequantize_Q4_1CountsFromTheMinimum()
    {
        byte[] block = new byte[20];
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)2);
        BinaryPrimitives.WriteHalfLittleEndian(block.AsSpan(2), (Half)(-7));
        for (int i = 0; i < 16; i++) block[4 + i] = (byte)(i | ((15 - i) << 4));

        Assert.Equal(
            [.. Enumerable.Range(0, 16).Select(i => (2f * i) - 7), .. Enumerable.Range(0, 16).Select(i => (2f * (15 - i)) - 7)],
            Dequantize(GgufTensorType.Find(3), block));
    }

    [Fact]
    public void Dequantize_GivesEveryHalfAndBFloat16()
    {
        byte[] bytes = new byte[1 << 17];
        for (int i = 0; i <= ushort.MaxValue; i++) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), (ushort)i);

        float[] halves = Dequantize(GgufTensorType.Find(1), bytes);
        float[] brains = Dequantize(GgufTensorType.Find(30), bytes);

        for (int i = 0; i <= ushort.MaxValue; i++)
        {
            Assert.Equal((float)BitConverter.UInt16BitsToHalf((ushort)i), halves[i]);
            Assert.Equal((uint)i << 16, BitConverter.SingleToUInt32Bits(brains[i]));
        }
    }

    private static byte[] WithScales(byte[] bytes, GgufTensorType type, int[] places, float scale)
    {
        byte[] copy = [.. bytes];
        for (int block = 0; block < copy.Length; block += type.BlockBytes)
        {
            foreach (int place in places) BinaryPrimitives.WriteHalfLittleEndian(copy.AsSpan(block + place), (Half)scale);
        }

        return copy;
    }

    private static float[] Dequantize(GgufTensorType type, byte[] bytes)
    {
        float[] values = new float[bytes.Length / type.BlockBytes * type.BlockElements];
        type.Dequantize(bytes, values);
        return values;
    }
}
