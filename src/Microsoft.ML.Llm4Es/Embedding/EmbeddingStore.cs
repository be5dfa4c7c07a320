using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Vectors of one model in a folder. Each process appends to a file of its own and reads those of all, so that several may work at once. A record is
/// the key, the vector and a checksum; one that a killed process left torn is not found again. Not safe for use by several threads at once.
/// </summary>
internal sealed class EmbeddingStore : IDisposable
{
    private const string Extension = ".vectors";
    private const int KeyBytes = 16;
    private const int ChecksumBytes = 8;

    private readonly int _dimension;
    private readonly int _recordBytes;
    private readonly string _path;
    private readonly Dictionary<UInt128, (SafeFileHandle File, long Offset)> _records = [];
    private readonly List<SafeFileHandle> _files = [];
    private SafeFileHandle? _own;
    private long _length;

    /// <summary>Opens what is in the folder.</summary>
    /// <param name="folder">The cache's folder; made when the first vector is kept.</param>
    /// <param name="fingerprint">Names the model and what it makes of a text.</param>
    /// <param name="dimension">The length of its vectors.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public EmbeddingStore(string folder, string fingerprint, int dimension)
    {
        _dimension = dimension;
        _recordBytes = KeyBytes + (dimension * sizeof(float)) + ChecksumBytes;
        string ofModel = Path.Combine(folder, fingerprint);
        _path = Path.Combine(ofModel, $"{Guid.NewGuid():N}{Extension}");
        if (!Directory.Exists(ofModel)) return;
        foreach (string path in Directory.EnumerateFiles(ofModel, "*" + Extension).Order(StringComparer.Ordinal)) Index(path);
    }

    public float[]? Find(UInt128 key)
    {
        if (!_records.TryGetValue(key, out (SafeFileHandle File, long Offset) place)) return null;
        byte[] record = new byte[_recordBytes];
        if (Read(place.File, place.Offset, record) && Key(record) == key && record.AsSpan(_recordBytes - ChecksumBytes).SequenceEqual(Checksum(record)))
            return MemoryMarshal.Cast<byte, float>(record.AsSpan(KeyBytes, _dimension * sizeof(float))).ToArray();

        _records.Remove(key);
        return null;
    }

    public void Add(UInt128 key, float[] embedding)
    {
        if (_records.ContainsKey(key)) return;
        byte[] record = new byte[_recordBytes];
        BinaryPrimitives.WriteUInt128LittleEndian(record, key);
        MemoryMarshal.AsBytes<float>(embedding).CopyTo(record.AsSpan(KeyBytes));
        Checksum(record).CopyTo(record.AsSpan(_recordBytes - ChecksumBytes));

        SafeFileHandle file = _own ??= Create();
        RandomAccess.Write(file, record, _length);
        _records.Add(key, (file, _length));
        _length += _recordBytes;
    }

    public void Dispose()
    {
        foreach (SafeFileHandle file in _files) file.Dispose();
        _records.Clear();
    }

    private SafeFileHandle Create()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        SafeFileHandle file = File.OpenHandle(_path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _files.Add(file);
        return file;
    }

    /// <summary>Reads where keys are; what is behind the last whole record was left by a process that is writing, or was killed.</summary>
    private void Index(string path)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _files.Add(file);
        byte[] key = new byte[KeyBytes];
        long whole = RandomAccess.GetLength(file) / _recordBytes * _recordBytes;
        for (long offset = 0; offset < whole; offset += _recordBytes)
            if (Read(file, offset, key)) _records.TryAdd(Key(key), (file, offset));
    }

    private static bool Read(SafeFileHandle file, long offset, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(file, bytes, offset);
            if (read == 0) return false;
            bytes = bytes[read..];
            offset += read;
        }

        return true;
    }

    private static UInt128 Key(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt128LittleEndian(record);

    private ReadOnlySpan<byte> Checksum(ReadOnlySpan<byte> record) => SHA256.HashData(record[..(_recordBytes - ChecksumBytes)]).AsSpan(0, ChecksumBytes);
}
