using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The header of a safetensors file: its length in eight bytes, then JSON that tells where each tensor lies.</summary>
internal static class SafetensorsHeader
{
    /// <summary>The reference implementation's limit.</summary>
    private const long MaxLength = 100_000_000;

    private const string Metadata = "__metadata__";

    /// <summary>Reads and checks the header; the stream then stands at the first tensor. Entries come in the order in which they lie.</summary>
    public static IReadOnlyList<SafetensorsEntry> Read(Stream stream)
    {
        Span<byte> prefix = stackalloc byte[8];
        ReadExactly(stream, prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length is < 2 or > (ulong)MaxLength)
            throw new InvalidDataException($"Not a safetensors file: its header would be {length} bytes long.");

        byte[] json = new byte[length];
        ReadExactly(stream, json);
        SafetensorsEntry[] entries = [.. Parse(json).OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        long at = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            if (entry.Begin != at)
                throw new InvalidDataException($"The tensor '{entry.Name}' begins at byte {entry.Begin} where {at} was expected: tensors overlap or leave a gap.");
            at = entry.End;
        }

        return entries;
    }

    public static byte[] Write(IEnumerable<SafetensorsEntry> entries)
    {
        var header = new JsonObject { [Metadata] = new JsonObject { ["format"] = "pt" } };
        foreach (SafetensorsEntry entry in entries)
        {
            header[entry.Name] = new JsonObject
            {
                ["dtype"] = entry.Type,
                ["shape"] = new JsonArray([.. entry.Shape.Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(entry.Begin, entry.End),
            };
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        int padded = (json.Length + 7) / 8 * 8;
        byte[] bytes = new byte[8 + padded];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, padded);
        json.CopyTo(bytes, 8);
        bytes.AsSpan(8 + json.Length).Fill((byte)' ');
        return bytes;
    }

    private static IEnumerable<SafetensorsEntry> Parse(byte[] json)
    {
        JsonObject header;
        try
        {
            header = JsonNode.Parse(json) as JsonObject ?? throw new InvalidDataException("The safetensors header is not a JSON object.");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"The safetensors header is not valid JSON: {failure.Message}", failure);
        }

        foreach ((string name, JsonNode? node) in header)
        {
            if (name != Metadata) yield return ParseEntry(name, node);
        }
    }

    private static SafetensorsEntry ParseEntry(string name, JsonNode? node)
    {
        try
        {
            string type = (string)node!["dtype"]!;
            if (type is not ("F32" or "F16" or "BF16"))
                throw new InvalidDataException($"The tensor '{name}' is of type {type}; F32, F16 or BF16 is expected.");

            long[] shape = [.. node["shape"]!.AsArray().Select(size => (long)size!)];
            var entry = new SafetensorsEntry(name, type, shape, (long)node["data_offsets"]![0]!, (long)node["data_offsets"]![1]!);
            if (shape.Any(size => size < 0) || entry.Begin < 0 || entry.End - entry.Begin != checked(entry.Elements * entry.ElementSize))
                throw new InvalidDataException($"The tensor '{name}' has shape [{string.Join(", ", shape)}] of {type} but bytes {entry.Begin} to {entry.End}.");
            return entry;
        }
        catch (Exception failure) when (failure is NullReferenceException or InvalidOperationException or FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new InvalidDataException($"The safetensors header describes the tensor '{name}' wrongly: dtype, shape and data_offsets are expected.", failure);
        }
    }

    private static void ReadExactly(Stream stream, Span<byte> bytes)
    {
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException failure)
        {
            throw new InvalidDataException("The safetensors file is truncated: it ends within its header.", failure);
        }
    }
}
