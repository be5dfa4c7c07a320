using System.Buffers.Binary;
using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A tensor of a safetensors file: its bytes are [Begin, End) of the data behind the header.</summary>
internal sealed record SafetensorsEntry(string Name, SafetensorsType Type, long[] Shape, long Begin, long End);

/// <summary>The header of a safetensors file: 8 bytes of length, little-endian, then JSON.</summary>
/// <remarks>As strict as the format's own library: tensors must follow one another without gap or overlap and fill the file (https://github.com/huggingface/safetensors).</remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>The limit of the format's own library.</summary>
    private const int LongestHeader = 100_000_000;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private SafetensorsHeader(IReadOnlyList<SafetensorsEntry> entries, long dataStart)
    {
        Entries = entries;
        DataStart = dataStart;
    }

    /// <summary>Gets the tensors, in the order of their bytes.</summary>
    internal IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>Gets the position of the first byte of data.</summary>
    internal long DataStart { get; }

    /// <summary>Reads the header.</summary>
    /// <param name="stream">Stands at the first byte.</param>
    /// <param name="source">The file, for messages.</param>
    /// <param name="length">The length of header and data; <see langword="null"/> where it is not known.</param>
    /// <exception cref="InvalidDataException">The header is damaged, or does not describe data of this length.</exception>
    internal static SafetensorsHeader Read(Stream stream, string source, long? length)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8) throw Damaged(source, "it is shorter than the 8 bytes of the header's length");
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > LongestHeader || (length is { } known && (long)headerLength > known - 8))
            throw Damaged(source, $"its header would have {headerLength} bytes, {(headerLength > LongestHeader ? $"above the limit of {LongestHeader}" : "beyond its end")}");
        byte[] json = ReadJson(stream, (int)headerLength, source);
        List<SafetensorsEntry> entries = Parse(json, source);
        CheckCoverage(entries, source, length - 8 - json.Length);
        return new(entries, 8 + json.Length);
    }

    /// <summary>Memory grows with what arrives: a damaged length may ask for far more than the stream has.</summary>
    private static byte[] ReadJson(Stream stream, int length, string source)
    {
        byte[] json = new byte[Math.Min(length, 1 << 16)];
        int read = 0;
        while (true)
        {
            read += stream.ReadAtLeast(json.AsSpan(read), json.Length - read, throwOnEndOfStream: false);
            if (read < json.Length) throw Damaged(source, "it ends inside its header");
            if (read == length) return json;
            Array.Resize(ref json, (int)Math.Min(length, 2L * read));
        }
    }

    private static List<SafetensorsEntry> Parse(byte[] json, string source)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind is not JsonValueKind.Object) throw Damaged(source, $"its header is a JSON {document.RootElement.ValueKind}, not an object");
            return [.. document.RootElement.EnumerateObject()
                .Where(property => property.Name != "__metadata__")
                .Select(property => Entry(property, source))
                .OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text with a broken escape, which the parser only finds when the text is taken.
            throw new InvalidDataException($"{source} is damaged: its header is no valid JSON. {cause.Message}", cause);
        }
    }

    private static SafetensorsEntry Entry(JsonProperty property, string source)
    {
        string name = property.Name;
        JsonElement value = property.Value;
        if (value.ValueKind is not JsonValueKind.Object) throw Damaged(source, $"tensor {name} is described by a JSON {value.ValueKind}, not an object");
        if (!value.TryGetProperty("dtype", out JsonElement type) || type.ValueKind is not JsonValueKind.String) throw Damaged(source, $"tensor {name} has no dtype");
        SafetensorsType known = SafetensorsType.Find(type.GetString()!)
            ?? throw new InvalidDataException($"{source}: tensor {name} has the unknown dtype {type.GetString()}. Expected one of {string.Join(", ", SafetensorsType.All.Select(entry => entry.Name))}.");
        long[] shape = Numbers(value, "shape", name, source);
        long[] offsets = Numbers(value, "data_offsets", name, source);
        if (offsets.Length != 2 || offsets[1] < offsets[0]) throw Damaged(source, $"tensor {name} has data_offsets [{string.Join(", ", offsets)}]");
        if (BytesOf(shape, known.Size) != offsets[1] - offsets[0])
            throw Damaged(source, $"tensor {name} of shape [{string.Join(", ", shape)}] and dtype {known.Name} has {offsets[1] - offsets[0]} bytes");
        return new(name, known, shape, offsets[0], offsets[1]);
    }

    private static long[] Numbers(JsonElement value, string key, string name, string source)
    {
        if (!value.TryGetProperty(key, out JsonElement list) || list.ValueKind is not JsonValueKind.Array) throw Damaged(source, $"tensor {name} has no {key}");
        return [.. list.EnumerateArray().Select(item => item.ValueKind is JsonValueKind.Number && item.TryGetInt64(out long number) && number >= 0
            ? number
            : throw Damaged(source, $"tensor {name} has {key} {list.GetRawText()}"))];
    }

    /// <summary>The bytes of a tensor, or -1 where they do not fit 64 bits.</summary>
    private static long BytesOf(long[] shape, int size)
    {
        if (shape.Contains(0)) return 0;
        Int128 bytes = size;
        foreach (long dimension in shape)
        {
            bytes *= dimension;
            if (bytes > long.MaxValue) return -1;
        }

        return (long)bytes;
    }

    private static void CheckCoverage(List<SafetensorsEntry> entries, string source, long? dataLength)
    {
        long end = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            if (entry.Begin < end) throw Damaged(source, $"tensor {entry.Name} overlaps the one before it");
            if (entry.Begin > end) throw Damaged(source, $"{entry.Begin - end} bytes before tensor {entry.Name} belong to no tensor");
            if (entry.End > dataLength) throw Damaged(source, $"it ends before the data of tensor {entry.Name} does: truncated?");
            end = entry.End;
        }

        if (end < dataLength) throw Damaged(source, $"{dataLength - end} bytes behind the last tensor belong to no tensor");
    }

    private static InvalidDataException Damaged(string source, string problem) => new($"{source} is damaged: {problem}.");
}
