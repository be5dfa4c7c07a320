using System.Buffers;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Writes the parts of a corpus file one after the other; in memory it keeps 12 bytes a sequence.</summary>
internal sealed class TokenCorpusStream
{
    private readonly FileStream _file;
    private readonly int _vocabularySize;
    private readonly int _bytesPerToken;
    private readonly List<long> _ends = [];
    private readonly List<int> _entities = [];
    private long _tokens;

    internal TokenCorpusStream(FileStream file, int vocabularySize)
    {
        _file = file;
        _vocabularySize = vocabularySize;
        _bytesPerToken = TokenCorpusFormat.BytesFor(vocabularySize);
        // Zeros until all is written: a file that is cut short is no corpus.
        file.Write(new byte[TokenCorpusFormat.HeaderLength]);
    }

    internal int Count => _ends.Count;

    internal void Add(ReadOnlySpan<int> ids, int entity)
    {
        CheckIds(ids, _vocabularySize, Count);
        Write(ids);
        _tokens += ids.Length;
        _ends.Add(_tokens);
        _entities.Add(entity);
    }

    internal void Complete()
    {
        var format = new TokenCorpusFormat(_bytesPerToken, Count, _tokens);
        _file.Write(new byte[format.EndsPosition - _file.Position]);
        _file.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_ends)));
        _file.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_entities)));
        // The header makes the file valid, so it comes last.
        _file.Flush(flushToDisk: true);
        _file.Position = 0;
        _file.Write(format.ToHeader());
        _file.Flush(flushToDisk: true);
        _file.Position = 0;
    }

    /// <exception cref="ArgumentException">An id is outside the vocabulary.</exception>
    internal static void CheckIds(ReadOnlySpan<int> ids, int vocabularySize, int sequence)
    {
        foreach (int id in ids)
        {
            if ((uint)id < (uint)vocabularySize) continue;
            throw new ArgumentException(
                $"Sequence {sequence} holds token id {id}, but the model's vocabulary has ids 0 to {vocabularySize - 1}. Encode the texts with the model's own tokenizer.",
                nameof(ids));
        }
    }

    private void Write(ReadOnlySpan<int> ids)
    {
        if (_bytesPerToken == sizeof(int))
        {
            _file.Write(MemoryMarshal.AsBytes(ids));
            return;
        }

        ushort[] narrow = ArrayPool<ushort>.Shared.Rent(ids.Length);
        for (int i = 0; i < ids.Length; i++) narrow[i] = (ushort)ids[i];
        _file.Write(MemoryMarshal.AsBytes(narrow.AsSpan(0, ids.Length)));
        ArrayPool<ushort>.Shared.Return(narrow);
    }
}
