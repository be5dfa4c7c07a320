using System.Buffers;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// Byte pair encoding (arXiv 1508.07909): a piece of text becomes characters, or with a byte-level vocabulary bytes, and those are merged.
/// </summary>
internal sealed class BytePairModel
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _vocabulary;
    private readonly PairTable _merges;
    private readonly PieceCache _cache = new();
    private readonly bool _byteLevel;
    private readonly bool _ignoreMerges;
    private readonly bool _fuseUnknown;
    private readonly int? _unknownId;

    // The token of each byte of a byte-level vocabulary, and of each byte in the form <0xE2>; -1 where there is none.
    private readonly int[] _byteIds = new int[256];
    private readonly int[] _fallbackIds = new int[256];

    public BytePairModel(TokenizerDefinition definition, bool byteLevel)
    {
        _vocabulary = definition.Vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _merges = new PairTable(definition.Merges);
        _byteLevel = byteLevel;
        _ignoreMerges = definition.IgnoreMerges;
        _fuseUnknown = definition.FuseUnknown;
        if (definition.UnknownToken is { } unknown)
        {
            _unknownId = definition.Vocabulary.TryGetValue(unknown, out int id)
                ? id
                : throw new InvalidDataException($"The vocabulary lacks the unknown token '{unknown}'.");
        }

        for (int b = 0; b < 256; b++)
        {
            string fallback = string.Create(CultureInfo.InvariantCulture, $"<0x{b:X2}>");
            _fallbackIds[b] = definition.ByteFallback ? definition.Vocabulary.GetValueOrDefault(fallback, -1) : -1;
            _byteIds[b] = definition.Vocabulary.GetValueOrDefault(ByteLevelAlphabet.ByByte[b].ToString(), -1);
        }
    }

    /// <summary>Whether no token holds <paramref name="mark"/> after another character, so that a text may be cut before each run of marks.</summary>
    public bool NeverJoinsBefore(char mark)
    {
        string before = mark.ToString();
        return !_ignoreMerges && _vocabulary.ContainsKey(before) && !_vocabulary.Dictionary.Keys.Any(t => t.AsSpan().TrimStart(mark).Contains(mark));
    }

    /// <summary>Appends the tokens of a piece; no token spans two pieces.</summary>
    public void Encode(AlignedText piece, TokenBuffer output)
    {
        if (piece.Length <= PieceCache.MaxPieceLength)
        {
            output.Add(_cache.Find(piece.Text) ?? EncodeAndCache(piece.Text), piece);
            return;
        }

        Symbol[] rented = ArrayPool<Symbol>.Shared.Rent(MaxSymbols(piece.Length));
        output.Add(Encode(piece.Text, rented), piece);
        ArrayPool<Symbol>.Shared.Return(rented);
    }

    private Symbol[] EncodeAndCache(ReadOnlySpan<char> piece)
    {
        Symbol[] symbols = Encode(piece, stackalloc Symbol[MaxSymbols(PieceCache.MaxPieceLength)]).ToArray();
        _cache.Add(piece, symbols);
        return symbols;
    }

    // A UTF-16 unit is at most three bytes of UTF-8, and in a byte-level vocabulary a byte's character could fall back to two bytes more.
    private static int MaxSymbols(int pieceLength) => pieceLength * 6;

    private ReadOnlySpan<Symbol> Encode(ReadOnlySpan<char> piece, Span<Symbol> symbols)
    {
        if (_ignoreMerges && FindWhole(piece) is { } whole)
        {
            symbols[0] = new Symbol(whole, 0, piece.Length);
            return symbols[..1];
        }

        int count = Spell(piece, symbols);
        return symbols[..BytePairMerger.Merge(symbols[..count], _merges)];
    }

    private int? FindWhole(ReadOnlySpan<char> piece)
    {
        if (!_byteLevel) return _vocabulary.TryGetValue(piece, out int id) ? id : null;

        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(piece.Length));
        char[] characters = ArrayPool<char>.Shared.Rent(bytes.Length);
        int length = Encoding.UTF8.GetBytes(piece, bytes);
        for (int i = 0; i < length; i++) characters[i] = ByteLevelAlphabet.ByByte[bytes[i]];
        bool found = _vocabulary.TryGetValue(characters.AsSpan(0, length), out int whole);
        ArrayPool<byte>.Shared.Return(bytes);
        ArrayPool<char>.Shared.Return(characters);
        return found ? whole : null;
    }

    /// <summary>Writes a piece as single characters or bytes.</summary>
    private int Spell(ReadOnlySpan<char> piece, Span<Symbol> symbols)
    {
        Span<byte> bytes = stackalloc byte[4];
        SymbolWriter writer = new(symbols);
        int start = 0;
        foreach (Rune rune in piece.EnumerateRunes())
        {
            int end = start + rune.Utf16SequenceLength;
            if (_byteLevel)
            {
                int length = rune.EncodeToUtf8(bytes);
                foreach (byte b in bytes[..length])
                {
                    if (_byteIds[b] >= 0) writer.Add(new Symbol(_byteIds[b], start, end));
                    else AddUnknown(ref writer, new Rune(ByteLevelAlphabet.ByByte[b]), start, end);
                }
            }
            else if (_vocabulary.TryGetValue(piece[start..end], out int id))
            {
                writer.Add(new Symbol(id, start, end));
            }
            else
            {
                AddUnknown(ref writer, rune, start, end);
            }

            start = end;
        }

        return writer.Finish();
    }

    private void AddUnknown(ref SymbolWriter writer, Rune rune, int start, int end)
    {
        Span<byte> bytes = stackalloc byte[4];
        bytes = bytes[..rune.EncodeToUtf8(bytes)];
        bool hasFallback = true;
        foreach (byte b in bytes) hasFallback &= _fallbackIds[b] >= 0;
        if (hasFallback)
        {
            foreach (byte b in bytes) writer.AddFallback(new Symbol(_fallbackIds[b], start, end));
        }
        else if (_unknownId is { } unknown)
        {
            writer.AddUnknown(new Symbol(unknown, start, end), _fuseUnknown);
        }
    }

    /// <summary>Writes symbols, holding an unknown one back as long as it may grow.</summary>
    private ref struct SymbolWriter(Span<Symbol> symbols)
    {
        private readonly Span<Symbol> _symbols = symbols;
        private int _count;
        private Symbol? _unknown;

        public void Add(Symbol symbol)
        {
            FlushUnknown();
            _symbols[_count++] = symbol;
        }

        // The reference lets byte tokens overtake the unknown token before them, which only a vocabulary that lacks some byte can show.
        public void AddFallback(Symbol symbol) => _symbols[_count++] = symbol;

        public void AddUnknown(Symbol symbol, bool fuse)
        {
            if (fuse && _unknown is { } before)
            {
                _unknown = before with { End = symbol.End };
                return;
            }

            FlushUnknown();
            _unknown = symbol;
        }

        public int Finish()
        {
            FlushUnknown();
            return _count;
        }

        private void FlushUnknown()
        {
            if (_unknown is { } unknown) _symbols[_count++] = unknown;
            _unknown = null;
        }
    }
}
