using System.Buffers.Binary;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The layout of a corpus file, little-endian: this header; the ids of all sequences end to end; from the next multiple of 8 on, where each sequence ends (64-bit, in tokens); the entity of each (32-bit).</summary>
/// <param name="BytesPerToken">2, or 4 for a vocabulary of more than 65,536 ids.</param>
/// <param name="Count">The number of sequences.</param>
/// <param name="TokenCount">The number of tokens.</param>
internal readonly record struct TokenCorpusFormat(int BytesPerToken, int Count, long TokenCount)
{
    internal const int HeaderLength = 32;

    private const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "LLM4ESTC"u8;

    internal long EndsPosition => HeaderLength + (((TokenCount * BytesPerToken) + 7) / 8 * 8);

    internal long EntitiesPosition => EndsPosition + ((long)Count * sizeof(long));

    internal long FileLength => EntitiesPosition + ((long)Count * sizeof(int));

    internal static int BytesFor(int vocabularySize) => vocabularySize <= 1 << 16 ? sizeof(ushort) : sizeof(int);

    internal byte[] ToHeader()
    {
        var header = new byte[HeaderLength];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), BytesPerToken);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), Count);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), TokenCount);
        return header;
    }

    /// <exception cref="InvalidDataException">It is not the header of a whole corpus.</exception>
    internal static TokenCorpusFormat Read(Stream file, string name)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        if (file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength || !header.StartsWith(Magic))
            throw new InvalidDataException($"{name} is not a token corpus. Write it with {nameof(TokenCorpusWriter)}.");

        int version = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        if (version != Version) throw new InvalidDataException($"{name} is a token corpus of version {version}; this library reads version {Version}. Write it anew.");

        int bytesPerToken = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
        long count = BinaryPrimitives.ReadInt64LittleEndian(header[16..]);
        long tokens = BinaryPrimitives.ReadInt64LittleEndian(header[24..]);
        bool isSound = bytesPerToken is sizeof(ushort) or sizeof(int) && count is >= 0 and <= int.MaxValue && tokens >= 0 && tokens <= file.Length;
        TokenCorpusFormat format = isSound ? new(bytesPerToken, (int)count, tokens) : default;
        if (!isSound || format.FileLength != file.Length)
            throw new InvalidDataException($"{name} is damaged: its header tells of {count} sequences of {tokens} tokens, which do not fill its {file.Length} bytes. Write it anew.");

        return format;
    }
}
