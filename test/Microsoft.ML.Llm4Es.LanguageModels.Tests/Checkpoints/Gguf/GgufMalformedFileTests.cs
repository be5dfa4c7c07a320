using System.Buffers.Binary;
using CsCheck;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class GgufMalformedFileTests
{
    private const ulong Absurd = 1UL << 62;

    /// <summary>What is wrong, the file, and what the message must hold.</summary>
    public static TheoryData<string, byte[], string> Malformed => new()
    {
        { "empty", [], "cut short" },
        { "no GGUF", "GGML and more than enough bytes"u8.ToArray(), "no GGUF file" },
        { "version 1", new GgufWriter { Version = 1 }.ToArray(), "version is 1" },
        { "big-endian", new GgufWriter { Version = BinaryPrimitives.ReverseEndianness(3u) }.ToArray(), "little-endian" },
        { "absurd number of tensors", With(Sound().ToArray(), 8, Absurd), "items are announced" },
        { "absurd number of keys", With(Sound().ToArray(), 16, Absurd), "items are announced" },
        { "absurd length of a key", With(Sound().ToArray(), 24, Absurd), "items are announced" },
        { "negative length of a key", With(Sound().ToArray(), 24, ulong.MaxValue), "items are announced" },
        { "a key twice", Sound().Add("k", 1u).Add("k", 2u).ToArray(), "'k' is there twice" },
        { "a tensor twice", Sound().AddTensor("t", [1], [1f]).ToArray(), "'t' is there twice" },
        { "alignment 0", Sound().Set("general.alignment", 0u).ToArray(), "power of 2" },
        { "alignment 24", Sound().Set("general.alignment", 24u).ToArray(), "power of 2" },
        { "alignment as text", Sound().Set("general.alignment", "32").ToArray(), "whole number" },
        { "alignment beyond the file", Sound().Set("general.alignment", 1u << 30).ToArray(), "'t'" },
        { "no dimensions", Sound().AddTensor("bad", [], []).ToArray(), "'bad': it has 0 dimensions" },
        { "five dimensions", Sound().AddTensor("bad", [1, 1, 1, 1, 1], [1f]).ToArray(), "'bad': it has 5 dimensions" },
        { "a dimension of 0", Sound().AddTensor("bad", [2, 0], []).ToArray(), "'bad'" },
        { "a negative dimension", Sound().AddTensor("bad", [-1], []).ToArray(), "'bad'" },
        { "a product beyond 64 bits", Sound().AddTensor("bad", [1L << 40, 1L << 40], []).ToArray(), "'bad'" },
        { "a product that wraps to 0", Sound().AddTensor("bad", [1L << 32, 1L << 32], []).ToArray(), "'bad'" },
        { "a tensor larger than the file", Sound().AddTensor("bad", [1L << 40], []).ToArray(), "'bad' takes" },
        { "a removed type", Sound().AddTensor("bad", [32], 4, new byte[18]).ToArray(), "unknown (4)" },
        { "an unknown type", Sound().AddTensor("bad", [32], 999, new byte[18]).ToArray(), "'bad': the type is unknown (999)" },
        { "an unsupported type", Sound().AddTensor("bad", [256], 23, new byte[136]).ToArray(), "'bad': the type is IQ4_XS" },
        { "a row of half a block", Sound().AddTensor("bad", [2, 48], 8, new byte[102]).ToArray(), "multiple of 32" },
        { "an offset beyond the file", new GgufWriter { Offsets = { ["bad"] = 1 << 20 } }.AddTensor("bad", [1], [1f]).ToArray(), "'bad' takes" },
        { "a huge offset", new GgufWriter { Offsets = { ["bad"] = ulong.MaxValue } }.AddTensor("bad", [1], [1f]).ToArray(), "'bad': its offset" },
        { "an unaligned offset", new GgufWriter { Offsets = { ["bad"] = 4 } }.AddTensor("bad", [1], [1f]).AddTensor("t", [32], new float[32]).ToArray(), "alignment" },
        { "overlapping tensors", new GgufWriter { Offsets = { ["bad"] = 32 } }.AddTensor("t", [32], new float[32]).AddTensor("bad", [1], [1f]).ToArray(), "'t' and 'bad' overlap" },
        { "tensors in the same place", new GgufWriter { Offsets = { ["bad"] = 0 } }.AddTensor("t", [1], [1f]).AddTensor("bad", [1], [1f]).ToArray(), "overlap" },
        { "a bool of 2", WithLast(new GgufWriter().Set("k", true).ToArray(), 2), "'k': a bool" },
        { "no UTF-8", WithLast(new GgufWriter().Set("k", "v").ToArray(), 0xFF), "'k': a string" },
        { "an unknown value type", With(new GgufWriter().Set("k", 1UL).ToArray(), 33, (ulong)13), "'k': the value type 13" },
        { "an absurd array", With(new GgufWriter().Set("k", new[] { 1f }).ToArray(), 41, Absurd), "'k'" },
        { "an absurd array of strings", With(new GgufWriter().Set("k", new[] { "v" }).ToArray(), 41, Absurd), "'k'" },
        { "deeply nested arrays", new GgufWriter().Set("k", new[] { new[] { new[] { new[] { new[] { 1 } } } } }).ToArray(), "nested" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Open_RefusesAndSaysWhy(string what, byte[] bytes, string mention)
    {
        using GgufTemporaryFile file = new(bytes);

        var failure = Assert.Throws<InvalidDataException>(() => GgufFile.Open(file.Path));

        Assert.True(failure.Message.Contains(mention, StringComparison.Ordinal), $"{what}: {failure.Message}");
        Assert.Contains(file.Path, failure.Message);
    }

    [Fact]
    public void Open_RefusesAFileCutShortAnywhere()
    {
        byte[] sound = Sound().ToArray();
        using GgufTemporaryFile file = new(sound);
        for (int length = 0; length < sound.Length; length++)
        {
            file.Write(sound[..length]);
            Assert.Throws<InvalidDataException>(() => GgufFile.Open(file.Path));
        }
    }

    [Fact]
    public void Open_AllocatesNothingForAnAbsurdLengthInALargeFile()
    {
        const long FileLength = 1L << 30;
        using GgufTemporaryFile file = new(With(Sound().ToArray(), 24, FileLength / 2));
        using (FileStream stream = File.OpenWrite(file.Path)) stream.SetLength(FileLength);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidDataException>(() => GgufFile.Open(file.Path));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Open_OfADamagedFileFailsOrReads()
    {
        byte[] sound = Sound().ToArray();
        Gen<byte[]> damaged = Gen.Select(Gen.Int[0, sound.Length - 1], Gen.OneOf(Gen.Byte, Gen.Int[0, 4].Select(i => new byte[] { 0, 1, 127, 128, 255 }[i]))).Array[1, 4]
            .Select(changes => changes.Aggregate(sound.ToArray(), Change));
        damaged.Sample(OpensOrIsRefused, iter: 3_000, threads: 1);
    }

    [Fact]
    public void Open_OfRandomBytesAfterTheMagicIsRefusedOrReads()
        => Gen.Byte.Array[0, 200].Select(bytes => (byte[])[.. "GGUF"u8, 3, 0, 0, 0, .. bytes]).Sample(OpensOrIsRefused, iter: 1_000, threads: 1);

    [Fact]
    public void OpenCheckpoint_OfADamagedModelIsRefusedOrReads()
    {
        byte[] sound = GgufTinyModel.Metadata().AddTensor("token_embd.weight", [GgufTinyModel.Tokens.Length, GgufTinyModel.Hidden], new float[512]).ToArray();
        int header = sound.Length - (512 * sizeof(float));
        Gen.Select(Gen.Int[0, header - 1], Gen.Byte).Array[1, 3].Sample(
            changes =>
            {
                using GgufTemporaryFile file = new(changes.Aggregate(sound.ToArray(), Change));
                try
                {
                    using var checkpoint = GgufCheckpoint.Open(file.Path);
                    Assert.True(checkpoint.Configuration.HiddenSize > 0);
                    Assert.True(checkpoint.LoadTokenizer().VocabularySize > 0);
                }
                catch (InvalidDataException refusal)
                {
                    Assert.Contains(file.Path, refusal.Message);
                }
            },
            iter: 2_000,
            threads: 1);
    }

    private static void OpensOrIsRefused(byte[] bytes)
    {
        using GgufTemporaryFile file = new(bytes);
        try
        {
            using var gguf = GgufFile.Open(file.Path);
            foreach (GgufTensor tensor in gguf.Tensors.Values) gguf.ReadRows(tensor, (stored, _) => tensor.Type.Dequantize(stored, new float[tensor.RowLength]));
        }
        catch (InvalidDataException refusal)
        {
            Assert.Contains(file.Path, refusal.Message);
        }
    }

    private static GgufWriter Sound() => new GgufWriter()
        .Set("general.alignment", 32u)
        .Set("general.name", "sound")
        .Set("a.list", new[] { "x", "yz" })
        .Set("numbers", new[] { 1f, 2f })
        .AddTensor("t", [2, 4], [1, 2, 3, 4, 5, 6, 7, 8])
        .AddTensor("quantised", [2, 32], 8, new byte[68])
        .AddTensor("last", [3], [1, 2, 3]);

    private static byte[] Change(byte[] bytes, (int Place, byte Value) change)
    {
        bytes[change.Place] = change.Value;
        return bytes;
    }

    private static byte[] With(byte[] bytes, int place, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(place), value);
        return bytes;
    }

    private static byte[] WithLast(byte[] bytes, byte value) => Change(bytes, (bytes.Length - 1, value));
}
