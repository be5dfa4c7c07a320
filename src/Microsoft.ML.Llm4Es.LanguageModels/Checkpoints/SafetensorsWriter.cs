using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Writes tensors in the safetensors format, one after the other, to a stream that need not seek.</summary>
internal static class SafetensorsWriter
{
    /// <summary>Data begins at a multiple of this, as the format's own library has it.</summary>
    private const int Alignment = 8;

    /// <summary>Numbers written at a time; a span holds no more than 2 GB.</summary>
    private const int ChunkLength = 1 << 22;

    /// <summary>Writes header and data.</summary>
    internal static void Write(Stream stream, IReadOnlyList<KeyValuePair<string, Tensor>> tensors)
    {
        byte[] header = Header(tensors);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach ((string _, Tensor tensor) in tensors) WriteData(stream, tensor);
    }

    private static byte[] Header(IReadOnlyList<KeyValuePair<string, Tensor>> tensors)
    {
        using MemoryStream header = new();
        using (Utf8JsonWriter json = new(header, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            long offset = 0;
            foreach ((string name, Tensor tensor) in tensors)
            {
                SafetensorsType type = SafetensorsType.Of(tensor.dtype);
                json.WriteStartObject(name);
                json.WriteString("dtype", type.Name);
                json.WriteStartArray("shape");
                foreach (long dimension in tensor.shape) json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += tensor.numel() * type.Size;
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (header.Length % Alignment != 0) header.WriteByte((byte)' ');
        return header.ToArray();
    }

    private static void WriteData(Stream stream, Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor flat = tensor.detach().contiguous().view(-1);
        for (long start = 0; start < flat.shape[0]; start += ChunkLength)
        {
            using DisposeScope chunkScope = NewDisposeScope();
            stream.Write(flat.narrow(0, start, Math.Min(ChunkLength, flat.shape[0] - start)).cpu().bytes);
        }
    }
}
