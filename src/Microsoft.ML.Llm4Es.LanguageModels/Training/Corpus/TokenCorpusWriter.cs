namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Writes a corpus to a file, sequence by sequence, so that it is never in memory as a whole. <see cref="TokenCorpus.Open"/> reads it.</summary>
/// <remarks>A token takes 2 bytes, or 4 where the vocabulary has more than 65,536 ids. The file gets its name when it is complete.</remarks>
public sealed class TokenCorpusWriter : IDisposable
{
    private readonly string _path;
    private readonly string _temporaryPath;
    private readonly FileStream _file;
    private readonly TokenCorpusStream _stream;
    private bool _isComplete;

    /// <summary>Starts a file.</summary>
    /// <param name="path">The file; one of this name is replaced once the new one is complete.</param>
    /// <param name="vocabularySize">The number of ids in the vocabulary. At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public TokenCorpusWriter(string path, int vocabularySize)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabularySize);
        _path = path;
        _temporaryPath = $"{path}.{Guid.NewGuid():N}.tmp";
        _file = new FileStream(_temporaryPath, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        _stream = new TokenCorpusStream(_file, vocabularySize);
    }

    /// <summary>Gets the number of sequences so far.</summary>
    public int Count => _stream.Count;

    /// <summary>Appends a sequence.</summary>
    /// <param name="ids">Token ids, special tokens included.</param>
    /// <param name="entity">Which entity it tells of; <see langword="null"/>, the default, for one of its own. Number all sequences, or none.</param>
    /// <exception cref="ArgumentException">An id is outside the vocabulary.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Add(ReadOnlySpan<int> ids, int? entity = null) => _stream.Add(ids, entity ?? Count);

    /// <summary>Finishes the file and gives it its name. Nothing can be added afterwards.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Complete()
    {
        _stream.Complete();
        _file.Dispose();
        File.Move(_temporaryPath, _path, overwrite: true);
        _isComplete = true;
    }

    /// <summary>Deletes the file where it was not completed.</summary>
    public void Dispose()
    {
        _file.Dispose();
        if (!_isComplete) File.Delete(_temporaryPath);
    }
}
