using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Reads the tensors of one safetensors file or stream, straight into the memory of their destination.</summary>
internal sealed class SafetensorsReader : IWeightSource
{
    /// <summary>Numbers converted or moved to another device at a time.</summary>
    private const int ChunkLength = 1 << 22;

    private readonly Stream _stream;
    private readonly Dictionary<string, SafetensorsEntry> _entries;
    private readonly long _origin;
    private long _position;

    /// <summary>Reads the header.</summary>
    /// <param name="stream">Stands at the first byte; need not seek. Not disposed.</param>
    /// <param name="name">The file, for messages.</param>
    /// <param name="length">The length of the file; <see langword="null"/> where it is not known.</param>
    /// <exception cref="InvalidDataException">The header is damaged, or does not describe data of this length.</exception>
    internal SafetensorsReader(Stream stream, string name, long? length)
    {
        _stream = stream;
        Name = name;
        _origin = stream.CanSeek ? stream.Position : 0;
        SafetensorsHeader header = SafetensorsHeader.Read(stream, name, length);
        _origin += header.DataStart;
        _entries = header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        Weights = [.. header.Entries.Select(entry => new StoredWeight(entry.Name, entry.Shape, entry.Type.IsFloatingPoint, $"{name}, {entry.Type.Name}"))];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StoredWeight> Weights { get; }

    /// <inheritdoc/>
    public void CopyTo(StoredWeight weight, Tensor destination)
    {
        SafetensorsEntry entry = _entries[weight.Name];
        MoveTo(entry.Begin);
        using DisposeScope scope = NewDisposeScope();
        Tensor flat = destination.view(-1);
        bool direct = destination.dtype == entry.Type.Type && destination.device_type is DeviceType.CPU;
        for (long start = 0; start < flat.shape[0]; start += ChunkLength)
        {
            using Tensor part = flat.narrow(0, start, Math.Min(ChunkLength, flat.shape[0] - start));
            if (direct)
            {
                ReadExactly(part.bytes, entry);
                continue;
            }

            using Tensor stored = empty(part.shape, entry.Type.Type, CPU);
            ReadExactly(stored.bytes, entry);
            part.copy_(stored);
        }
    }

    private void ReadExactly(Span<byte> bytes, SafetensorsEntry entry)
    {
        int read = _stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        _position += read;
        if (read < bytes.Length) throw new InvalidDataException($"{Name} is damaged: it ends before the data of tensor {entry.Name} does: truncated?");
    }

    private void MoveTo(long position)
    {
        if (position == _position) return;
        if (_stream.CanSeek)
        {
            _stream.Position = _origin + position;
            _position = position;
            return;
        }

        throw new InvalidOperationException($"{Name} cannot seek: tensors must be read in the order of the file.");
    }
}
