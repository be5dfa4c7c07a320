namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Collects sequences in memory and, once they are many, in a temporary file, which vanishes with the corpus.</summary>
public sealed class TokenCorpusBuilder : IDisposable
{
    private readonly int _vocabularySize;
    private readonly string _folder;
    private readonly List<int[]> _sequences = [];
    private readonly List<int> _entities = [];
    private FileStream? _file;
    private TokenCorpusStream? _stream;

    /// <summary>Initializes a builder.</summary>
    /// <param name="vocabularySize">The number of ids in the vocabulary. At least 1.</param>
    /// <param name="folder">Where to put the file, if one is needed; <see langword="null"/>, the default, for the system's temporary folder.</param>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary is empty.</exception>
    public TokenCorpusBuilder(int vocabularySize, string? folder = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabularySize);
        _vocabularySize = vocabularySize;
        _folder = folder ?? Path.GetTempPath();
    }

    /// <summary>Gets the number of tokens from which on the corpus lies in a file. At least 0; 2²⁶ (67 million, 256 MB of memory) by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long TokensInMemory
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 1L << 26;

    /// <summary>Gets the number of sequences so far.</summary>
    public int Count => _stream?.Count ?? _sequences.Count;

    /// <summary>Gets the number of tokens so far.</summary>
    public long TokenCount { get; private set; }

    /// <summary>Appends a sequence.</summary>
    /// <param name="ids">Token ids, special tokens included.</param>
    /// <param name="entity">Which entity it tells of; <see langword="null"/>, the default, for one of its own. Number all sequences, or none.</param>
    /// <exception cref="ArgumentException">An id is outside the vocabulary.</exception>
    /// <exception cref="IOException">The temporary file cannot be written.</exception>
    public void Add(ReadOnlySpan<int> ids, int? entity = null)
    {
        TokenCorpusStream.CheckIds(ids, _vocabularySize, Count);
        TokenCount += ids.Length;
        if (_stream is null && TokenCount > TokensInMemory) MoveToFile();
        if (_stream is not null)
        {
            _stream.Add(ids, entity ?? Count);
            return;
        }

        _entities.Add(entity ?? Count);
        _sequences.Add(ids.ToArray());
    }

    /// <summary>Gives out the corpus. Nothing can be added afterwards.</summary>
    /// <returns>The corpus, to be disposed by the caller.</returns>
    /// <exception cref="IOException">The temporary file cannot be written.</exception>
    public TokenCorpus Build()
    {
        if (_stream is null) return TokenCorpus.FromSequences(_sequences, _entities);

        _stream.Complete();
        var corpus = new MappedTokenCorpus(_file!, _file!.Name);
        _file = null;
        return corpus;
    }

    /// <summary>Deletes the temporary file, unless a corpus has it.</summary>
    public void Dispose() => _file?.Dispose();

    private void MoveToFile()
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.tokens.tmp");
        Directory.CreateDirectory(_folder);
        _file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose });
        // An open file without a name is freed with the process, even one that is killed. Windows has no such files.
        if (!OperatingSystem.IsWindows()) File.Delete(path);

        _stream = new TokenCorpusStream(_file, _vocabularySize);
        for (int i = 0; i < _sequences.Count; i++) _stream.Add(_sequences[i], _entities[i]);
        _sequences.Clear();
        _entities.Clear();
    }
}
