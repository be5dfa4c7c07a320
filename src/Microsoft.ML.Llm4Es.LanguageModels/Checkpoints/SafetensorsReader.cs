using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Reads the tensors of one safetensors file, which is mapped into memory, or of a stream, straight into the memory of their destination.</summary>
internal sealed class SafetensorsReader : IWeightSource
{
    /// <summary>Bytes that are converted or moved to another device at a time: few enough to stay in a processor's cache.</summary>
    private const int ConvertedLength = 1 << 20;

    private readonly Stream? _stream;
    private readonly MappedFile? _file;
    private readonly Dictionary<string, SafetensorsEntry> _entries;
    private readonly long _dataStart;
    private long _position;

    /// <summary>Reads the header of a stream.</summary>
    /// <param name="stream">Stands at the first byte; need not seek. Not disposed.</param>
    /// <param name="name">The stream, for messages.</param>
    /// <exception cref="InvalidDataException">The header is damaged.</exception>
    internal SafetensorsReader(Stream stream, string name)
        : this(SafetensorsHeader.Read(stream, name, length: null), name) => _stream = stream;

    /// <summary>Reads the header of a file.</summary>
    /// <param name="file">The file. Not disposed.</param>
    /// <exception cref="InvalidDataException">The header is damaged, or does not describe a file of this length.</exception>
    internal SafetensorsReader(MappedFile file)
        : this(SafetensorsHeader.Read(file.Stream, file.Path, file.Stream.Length), file.Path) => _file = file;

    private SafetensorsReader(SafetensorsHeader header, string name)
    {
        Name = name;
        _dataStart = header.DataStart;
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
        using DisposeScope scope = NewDisposeScope();
        Tensor flat = destination.view(-1);
        bool direct = destination.dtype == entry.Type.Type && destination.device_type is DeviceType.CPU;
        int chunkLength = (direct ? MappedFile.WindowLength : ConvertedLength) / entry.Type.Size;
        Tensor? converted = direct ? null : empty(Math.Min(chunkLength, flat.shape[0]), entry.Type.Type, CPU);
        for (long start = 0; start < flat.shape[0]; start += chunkLength)
        {
            using DisposeScope chunk = NewDisposeScope();
            long length = Math.Min(chunkLength, flat.shape[0] - start);
            Tensor part = flat.narrow(0, start, length);
            Tensor stored = converted?.narrow(0, 0, length) ?? part;
            Read(entry, start * entry.Type.Size, stored.bytes);
            if (!direct) part.copy_(stored);
        }
    }

    private void Read(SafetensorsEntry entry, long offset, Span<byte> bytes)
    {
        if (_file is not null)
        {
            using MappedWindow window = _file.Map(_dataStart + entry.Begin + offset, bytes.Length);
            window.Bytes.CopyTo(bytes);
            return;
        }

        if (entry.Begin + offset != _position) throw new InvalidOperationException($"{Name} cannot seek: tensors must be read in the order of the file.");
        int read = _stream!.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        _position += read;
        if (read < bytes.Length) throw new InvalidDataException($"{Name} is damaged: it ends before the data of tensor {entry.Name} does: truncated?");
    }
}
