using System.Collections;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Llm4Es;

/// <summary>Texts in memory and, once they are long, in a temporary file, which vanishes with this object.</summary>
/// <param name="folder">Where to put the file, if one is needed.</param>
internal sealed class TextSpool(string folder) : IReadOnlyList<string>, IDisposable
{
    private readonly List<string> _texts = [];
    private readonly List<long> _ends = [];
    private FileStream? _file;
    private long _characters;

    /// <summary>Gets the number of characters from which on the texts lie in a file: 2²⁷ (134 million, 256 MB of memory) by default.</summary>
    public long CharactersInMemory { get; init; } = 1L << 27;

    public int Count => _file is null ? _texts.Count : _ends.Count;

    public string this[int index] => _file is null ? _texts[index] : Read(index);

    public void Add(string text)
    {
        _characters += text.Length;
        if (_file is null && _characters > CharactersInMemory) MoveToFile();
        if (_file is null) _texts.Add(text);
        else Write(text);
    }

    public IEnumerator<string> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => _file?.Dispose();

    private void MoveToFile()
    {
        string path = Path.Combine(folder, $"{Guid.NewGuid():N}.texts.tmp");
        Directory.CreateDirectory(folder);
        _file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose });
        // An open file without a name is freed with the process, even one that is killed. Windows has no such files.
        if (!OperatingSystem.IsWindows()) File.Delete(path);
        foreach (string text in _texts) Write(text);
        _texts.Clear();
    }

    // Characters as they are: half of a pair, which a text may end with, does not survive UTF-8.
    private void Write(string text)
    {
        _file!.Write(MemoryMarshal.AsBytes(text.AsSpan()));
        _ends.Add(_file.Position);
    }

    private string Read(int index)
    {
        long start = index == 0 ? 0 : _ends[index - 1];
        long end = _ends[index];
        return string.Create((int)(end - start) / sizeof(char), (File: _file!, Start: start), static (characters, from) =>
        {
            from.File.Position = from.Start;
            from.File.ReadExactly(MemoryMarshal.AsBytes(characters));
        });
    }
}
