namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Sequences of token ids to train on, in memory or in a file that is mapped into memory, so that a corpus can be larger than memory.</summary>
/// <remarks>Any number of threads may read.</remarks>
public abstract class TokenCorpus : IDisposable
{
    private protected TokenCorpus()
    {
    }

    /// <summary>Gets the number of sequences.</summary>
    public abstract int Count { get; }

    /// <summary>Gets the number of tokens of all sequences together.</summary>
    public abstract long TokenCount { get; }

    /// <summary>Makes a corpus of sequences in memory, which are not copied.</summary>
    /// <param name="sequences">Token ids, special tokens included.</param>
    /// <param name="entities">
    /// Which entity each sequence tells of, such as the row of a table: sequences of one entity are held out for validation together.
    /// <see langword="null"/> where each sequence is of an entity of its own.
    /// </param>
    /// <returns>The corpus.</returns>
    /// <exception cref="ArgumentException">There are not as many entities as sequences.</exception>
    public static TokenCorpus FromSequences(IReadOnlyList<int[]> sequences, IReadOnlyList<int>? entities = null) => new ArrayTokenCorpus(sequences, entities);

    /// <summary>Opens a file that a <see cref="TokenCorpusWriter"/> wrote.</summary>
    /// <param name="path">The file. It must not be changed while the corpus is open.</param>
    /// <returns>The corpus, to be disposed by the caller.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no such corpus, or incomplete.</exception>
    public static TokenCorpus Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new MappedTokenCorpus(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read), path);
    }

    /// <summary>Gets the number of tokens of a sequence.</summary>
    /// <param name="sequence">The sequence, from 0.</param>
    /// <returns>The number.</returns>
    public abstract int Length(int sequence);

    /// <summary>Gets the entity that a sequence tells of.</summary>
    /// <param name="sequence">The sequence, from 0.</param>
    /// <returns>The entity; equal numbers are one entity.</returns>
    public abstract int Entity(int sequence);

    /// <summary>Copies token ids of a sequence.</summary>
    /// <param name="sequence">The sequence, from 0.</param>
    /// <param name="start">The first token to copy, from 0.</param>
    /// <param name="destination">Where to; its length is the number of tokens to copy.</param>
    public abstract void CopyTo(int sequence, int start, Span<int> destination);

    /// <summary>Closes the file, if there is one.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the corpus holds.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
