using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Sequences in a file, of which the system keeps in memory what is in use.</summary>
internal sealed class MappedTokenCorpus : TokenCorpus
{
    private readonly TokenCorpusFormat _format;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    /// <summary>Maps a file, which is closed when the corpus is.</summary>
    internal MappedTokenCorpus(FileStream file, string name)
    {
        try
        {
            _format = TokenCorpusFormat.Read(file, name);
            _file = MemoryMappedFile.CreateFromFile(file, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    public override int Count => _format.Count;

    public override long TokenCount => _format.TokenCount;

    private SafeBuffer Bytes => _view.SafeMemoryMappedViewHandle;

    public override int Length(int sequence) => (int)(End(sequence) - Start(sequence));

    public override int Entity(int sequence)
    {
        Check(sequence);
        return Bytes.Read<int>((ulong)(_format.EntitiesPosition + ((long)sequence * sizeof(int))));
    }

    public override void CopyTo(int sequence, int start, Span<int> destination)
    {
        if ((uint)start > (uint)Length(sequence) || destination.Length > Length(sequence) - start)
            throw new ArgumentOutOfRangeException(nameof(start), start, $"Sequence {sequence} has {Length(sequence)} tokens, too few for {destination.Length} from there on.");

        var position = (ulong)(TokenCorpusFormat.HeaderLength + ((Start(sequence) + start) * _format.BytesPerToken));
        if (_format.BytesPerToken == sizeof(int))
        {
            Bytes.ReadSpan(position, destination);
            return;
        }

        ushort[] ids = ArrayPool<ushort>.Shared.Rent(destination.Length);
        Bytes.ReadSpan(position, ids.AsSpan(0, destination.Length));
        for (int i = 0; i < destination.Length; i++) destination[i] = ids[i];
        ArrayPool<ushort>.Shared.Return(ids);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _view.Dispose();
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private long Start(int sequence) => sequence == 0 ? 0 : End(sequence - 1);

    private long End(int sequence)
    {
        Check(sequence);
        return Bytes.Read<long>((ulong)(_format.EndsPosition + ((long)sequence * sizeof(long))));
    }

    private void Check(int sequence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sequence, Count);
    }
}
