using System.Buffers;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Collects the tokens of a text in rented memory.</summary>
internal sealed class TokenBuffer : IDisposable
{
    private Symbol[] _symbols;
    private int _count;

    public TokenBuffer(int capacity)
    {
        _symbols = ArrayPool<Symbol>.Shared.Rent(Math.Max(16, capacity));
    }

    public ReadOnlySpan<Symbol> Symbols => _symbols.AsSpan(0, _count);

    public void Add(Symbol symbol)
    {
        if (_count == _symbols.Length) Grow(_count + 1);
        _symbols[_count++] = symbol;
    }

    /// <summary>Adds the tokens of <paramref name="piece"/>, their places turned into places in the original text.</summary>
    public void Add(ReadOnlySpan<Symbol> symbols, AlignedText piece)
    {
        if (_count + symbols.Length > _symbols.Length) Grow(_count + symbols.Length);
        Span<Symbol> places = _symbols.AsSpan(_count, symbols.Length);
        _count += symbols.Length;
        if (piece.Offset is { } offset)
        {
            for (int i = 0; i < symbols.Length; i++) places[i] = new Symbol(symbols[i].Id, symbols[i].Start + offset, symbols[i].End + offset);
            return;
        }

        for (int i = 0; i < symbols.Length; i++) places[i] = piece.Locate(symbols[i]);
    }

    /// <summary>Adds tokens that stand for no part of the text.</summary>
    public void Add(IReadOnlyList<int> ids, int at)
    {
        foreach (int id in ids) Add(new Symbol(id, at, at));
    }

    public int[] ToIds()
    {
        int[] ids = new int[_count];
        for (int i = 0; i < ids.Length; i++) ids[i] = _symbols[i].Id;
        return ids;
    }

    public void Dispose()
    {
        ArrayPool<Symbol>.Shared.Return(_symbols);
        _symbols = [];
        _count = 0;
    }

    private void Grow(int needed)
    {
        Symbol[] larger = ArrayPool<Symbol>.Shared.Rent(Math.Max(needed, _symbols.Length * 2));
        Symbols.CopyTo(larger);
        ArrayPool<Symbol>.Shared.Return(_symbols);
        _symbols = larger;
    }
}
