using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Writes small GGUF files, sound ones and, through what can be set, damaged ones.</summary>
internal sealed class GgufWriter
{
    private readonly List<(string Key, object Value)> _metadata = [];
    private readonly List<(string Name, long[] Shape, uint Type, byte[] Bytes)> _tensors = [];

    public uint Version { get; init; } = 3;

    public int Alignment { get; init; } = 32;

    /// <summary>Replaces the offset of a tensor, given by name, in the header.</summary>
    public Dictionary<string, ulong> Offsets { get; init; } = [];

    public GgufWriter Set(string key, object value)
    {
        _metadata.RemoveAll(pair => pair.Key == key);
        _metadata.Add((key, value));
        return this;
    }

    public GgufWriter Add(string key, object value)
    {
        _metadata.Add((key, value));
        return this;
    }

    public GgufWriter Remove(string key)
    {
        _metadata.RemoveAll(pair => pair.Key == key);
        return this;
    }

    /// <summary>Adds a tensor; <paramref name="shape"/> is row-major, as torch writes it.</summary>
    public GgufWriter AddTensor(string name, long[] shape, uint type, byte[] bytes)
    {
        _tensors.Add((name, shape, type, bytes));
        return this;
    }

    public GgufWriter AddTensor(string name, long[] shape, float[] values) => AddTensor(name, shape, 0, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    public GgufWriter RemoveTensor(string name)
    {
        _tensors.RemoveAll(tensor => tensor.Name == name);
        return this;
    }

    public byte[] ToArray()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_metadata.Count);
        foreach ((string key, object value) in _metadata)
        {
            WriteString(writer, key);
            writer.Write(TypeOf(value.GetType()));
            WriteValue(writer, value);
        }

        ulong offset = 0;
        foreach ((string name, long[] shape, uint type, byte[] bytes) in _tensors)
        {
            WriteString(writer, name);
            writer.Write((uint)shape.Length);
            foreach (long dimension in shape.Reverse()) writer.Write(dimension);
            writer.Write(type);
            writer.Write(Offsets.GetValueOrDefault(name, offset));
            offset += (ulong)Aligned(bytes.Length);
        }

        foreach ((_, _, _, byte[] bytes) in _tensors)
        {
            stream.SetLength(Aligned(stream.Length));
            stream.Position = stream.Length;
            writer.Write(bytes);
        }

        return stream.ToArray();
    }

    public GgufTemporaryFile Save() => new(ToArray());

    private long Aligned(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static void WriteString(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static uint TypeOf(Type type) => type switch
    {
        _ when type == typeof(byte) => 0,
        _ when type == typeof(sbyte) => 1,
        _ when type == typeof(ushort) => 2,
        _ when type == typeof(short) => 3,
        _ when type == typeof(uint) => 4,
        _ when type == typeof(int) => 5,
        _ when type == typeof(float) => 6,
        _ when type == typeof(bool) => 7,
        _ when type == typeof(string) => 8,
        _ when type.IsArray => 9,
        _ when type == typeof(ulong) => 10,
        _ when type == typeof(long) => 11,
        _ when type == typeof(double) => 12,
        _ => throw new NotSupportedException(type.Name),
    };

    private static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case byte v: writer.Write(v); break;
            case sbyte v: writer.Write(v); break;
            case ushort v: writer.Write(v); break;
            case short v: writer.Write(v); break;
            case uint v: writer.Write(v); break;
            case int v: writer.Write(v); break;
            case float v: writer.Write(v); break;
            case bool v: writer.Write(v); break;
            case string v: WriteString(writer, v); break;
            case ulong v: writer.Write(v); break;
            case long v: writer.Write(v); break;
            case double v: writer.Write(v); break;
            case Array items:
                writer.Write(TypeOf(items.GetType().GetElementType()!));
                writer.Write((ulong)items.Length);
                foreach (object item in items) WriteValue(writer, item);
                break;
        }
    }
}
