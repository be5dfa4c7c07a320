using System.Runtime.InteropServices;
using System.Text.Json;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Expected tensors (fp32, int64 and bytes) of a reference case.</summary>
internal sealed class ExpectedTensors
{
    private readonly byte[] _file;
    private readonly JsonElement _header;
    private readonly int _data;

    public ExpectedTensors(string path)
    {
        _file = File.ReadAllBytes(path);
        int length = (int)BitConverter.ToInt64(_file);
        _header = JsonSerializer.Deserialize<JsonElement>(_file.AsSpan(8, length));
        _data = 8 + length;
    }

    public IEnumerable<string> Names => _header.EnumerateObject().Select(p => p.Name).Where(name => name != "__metadata__");

    public Tensor this[string name] => Floats(name).reshape(Shape(name));

    public long[] Shape(string name) => [.. _header.GetProperty(name).GetProperty("shape").EnumerateArray().Select(e => e.GetInt64())];

    public long[] Integers(string name) => MemoryMarshal.Cast<byte, long>(Bytes(name)).ToArray();

    public float Scalar(string name) => MemoryMarshal.Cast<byte, float>(Bytes(name))[0];

    /// <summary>The values of a tensor stored in 16-bit floats.</summary>
    public Tensor Halves(string name) => tensor(MemoryMarshal.Cast<byte, Half>(Bytes(name)).ToArray().Select(value => (float)value).ToArray()).reshape(Shape(name));

    public Tensor Floats(string name) => tensor(MemoryMarshal.Cast<byte, float>(Bytes(name)).ToArray());

    public ReadOnlySpan<byte> Bytes(string name)
    {
        JsonElement offsets = _header.GetProperty(name).GetProperty("data_offsets");
        return _file.AsSpan(_data + offsets[0].GetInt32(), offsets[1].GetInt32() - offsets[0].GetInt32());
    }
}
