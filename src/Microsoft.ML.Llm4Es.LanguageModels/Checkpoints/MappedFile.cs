using System.IO.MemoryMappedFiles;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A checkpoint's file, mapped into memory a window at a time: neither memory nor what is resident grows with the file.</summary>
/// <remarks>
/// A file that is cut short while a window is open would end the process (SIGBUS). Windows are open for the time of one copy, the length is checked
/// before each, and this library replaces files by renaming, which leaves a mapped file as it is.
/// </remarks>
internal sealed class MappedFile : IDisposable
{
    /// <summary>The most bytes that a reader should map at a time.</summary>
    internal const int WindowLength = 1 << 24;

    private readonly FileStream _stream;
    private readonly MemoryMappedFile? _map;

    /// <summary>Opens a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    internal MappedFile(string path)
    {
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            // An empty file cannot be mapped.
            if (_stream.Length > 0) _map = MemoryMappedFile.CreateFromFile(_stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>Gets the full path.</summary>
    internal string Path => _stream.Name;

    /// <summary>Gets the file as a stream, for what is read item by item.</summary>
    internal Stream Stream => _stream;

    /// <summary>Maps some bytes.</summary>
    /// <exception cref="InvalidDataException">The file has become shorter since it was opened.</exception>
    internal MappedWindow Map(long offset, int length)
    {
        if (offset + length > RandomAccess.GetLength(_stream.SafeFileHandle)) throw new InvalidDataException($"{Path} has become shorter since it was opened.");
        return new MappedWindow(_map!.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read), length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _map?.Dispose();
        _stream.Dispose();
    }
}

/// <summary>Some bytes of a mapped file, until it is disposed.</summary>
internal readonly unsafe ref struct MappedWindow
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly int _length;
    private readonly byte* _start;

    internal MappedWindow(MemoryMappedViewAccessor view, int length)
    {
        _view = view;
        _length = length;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += view.PointerOffset;
    }

    internal ReadOnlySpan<byte> Bytes => new(_start, _length);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
    }
}
