namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class GgufFileTests
{
    private static readonly Dictionary<string, object> EveryType = new()
    {
        ["a.byte"] = (byte)200,
        ["a.sbyte"] = (sbyte)-100,
        ["a.ushort"] = (ushort)60_000,
        ["a.short"] = (short)-30_000,
        ["a.uint"] = 4_000_000_000u,
        ["a.int"] = -2_000_000_000,
        ["a.float"] = 0.1f,
        ["a.bool"] = true,
        ["a.string"] = "ü 🙂",
        ["a.ulong"] = ulong.MaxValue,
        ["a.long"] = long.MinValue,
        ["a.double"] = Math.PI,
        ["an.array.of.strings"] = new[] { "", "b", "ç" },
        ["an.array.of.bools"] = new[] { true, false },
        ["an.array.of.floats"] = new[] { 1f, -2f },
        ["an.array.of.ints"] = new[] { 1, -2 },
        ["an.array.of.arrays"] = new[] { [1u], new uint[] { 2, 3 } },
        ["an.empty.array"] = Array.Empty<byte>(),
    };

    [Theory]
    [InlineData(2u)]
    [InlineData(3u)]
    public void Open_ReadsMetadataOfEveryType(uint version)
    {
        var writer = new GgufWriter { Version = version };
        foreach ((string key, object value) in EveryType) writer.Set(key, value);
        using GgufTemporaryFile file = writer.Save();

        using var gguf = GgufFile.Open(file.Path);

        Assert.Equal(EveryType.Keys, gguf.Metadata.Values.Keys);
        foreach ((string key, object value) in EveryType) Assert.Equal(value, gguf.Metadata.Values[key]);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(8)]
    [InlineData(4096)]
    public void Read_GivesTheTensorsOfAnyAlignment(int alignment)
    {
        using GgufTemporaryFile file = new GgufWriter { Alignment = alignment }
            .Set("general.alignment", (uint)alignment)
            .AddTensor("first", [2, 3], [1, 2, 3, 4, 5, 6])
            .AddTensor("second", [1], [7])
            .Save();

        using var gguf = GgufFile.Open(file.Path);

        Assert.Equal([2, 3], gguf.Tensors["first"].Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], Values(gguf, "first"));
        Assert.Equal([7], Values(gguf, "second"));
    }

    [Fact]
    public void Read_GivesATensorOfManyChunks()
    {
        float[] values = [.. Enumerable.Range(0, 600_000).Select(i => (float)i)];
        using GgufTemporaryFile file = new GgufWriter().AddTensor("large", [600, 1000], values).Save();

        using var gguf = GgufFile.Open(file.Path);

        Assert.Equal(values, Values(gguf, "large"));
    }

    [Fact]
    public void Read_SaysThatTheFileHasBecomeShorter()
    {
        using GgufTemporaryFile file = new GgufWriter().AddTensor("t", [64], new float[64]).Save();
        using var gguf = GgufFile.Open(file.Path);
        file.Write([]);

        Assert.Contains("shorter", Assert.Throws<InvalidDataException>(() => Values(gguf, "t")).Message);
    }

    [Fact]
    public void Open_SaysWhichFileIsMissing()
        => Assert.Contains("nowhere.gguf", Assert.Throws<FileNotFoundException>(() => GgufFile.Open("nowhere.gguf")).Message);

    private static float[] Values(GgufFile gguf, string name)
    {
        GgufTensor tensor = gguf.Tensors[name];
        float[] values = new float[tensor.Elements];
        int rowLength = (int)tensor.RowLength;
        gguf.ReadRows(tensor, (stored, row) => tensor.Type.Dequantize(stored, values.AsSpan((int)row * rowLength, rowLength)));
        return values;
    }
}
