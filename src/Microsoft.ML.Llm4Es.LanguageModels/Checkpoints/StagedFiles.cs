namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Writes the files of a folder under temporary names and renames them once all are complete, so that none is ever seen in part.</summary>
internal sealed class StagedFiles : IDisposable
{
    private readonly string _folder;
    private readonly Dictionary<string, string> _temporaryOf = [];

    internal StagedFiles(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
    }

    /// <summary>Writes a file under a temporary name beside its own.</summary>
    /// <exception cref="IOException">It cannot be written, or could not be given its name.</exception>
    internal void Write(string name, Action<Stream> write)
    {
        // Found out now, not when other files have their names already.
        string path = Path.Combine(_folder, name);
        if (Directory.Exists(path)) throw new IOException($"'{path}' is a folder, where a file is to be written.");
        string temporary = Path.Combine(_folder, $".{name}.{Guid.NewGuid():N}.tmp");
        _temporaryOf.Add(name, temporary);
        using FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        write(stream);
        // The name must not reach the disk before the content does.
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Gives every file its own name, in the order of writing.</summary>
    internal void Commit()
    {
        foreach ((string name, string temporary) in _temporaryOf)
        {
            File.Move(temporary, Path.Combine(_folder, name), overwrite: true);
            _temporaryOf.Remove(name);
        }
    }

    /// <summary>Deletes what was not committed.</summary>
    public void Dispose()
    {
        foreach (string temporary in _temporaryOf.Values) File.Delete(temporary);
    }
}
