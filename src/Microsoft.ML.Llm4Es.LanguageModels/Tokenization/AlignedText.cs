using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// A part of the text, perhaps normalized, that knows which original characters each of its characters comes from.
/// As long as every character stands for one original character, save for some put in front, no map is kept.
/// </summary>
internal readonly ref struct AlignedText
{
    private readonly ReadOnlySpan<int> _starts;
    private readonly ReadOnlySpan<int> _ends;
    private readonly int _origin;
    private readonly int _inserted;

    public AlignedText(ReadOnlySpan<char> text, int origin)
        : this(text, [], [], origin, 0)
    {
    }

    /// <param name="text">The characters.</param>
    /// <param name="starts">For each character, the index of the first original character that it comes from.</param>
    /// <param name="ends">For each character, the index after the last original character that it comes from.</param>
    public AlignedText(ReadOnlySpan<char> text, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends)
        : this(text, starts, ends, 0, 0)
    {
    }

    private AlignedText(ReadOnlySpan<char> text, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends, int origin, int inserted)
    {
        Text = text;
        _starts = starts;
        _ends = ends;
        _origin = origin;
        _inserted = inserted;
    }

    public ReadOnlySpan<char> Text { get; }

    public int Length => Text.Length;

    /// <summary>How far on in the original text each character is, where that is the same for all; null where a map says.</summary>
    public int? Offset => _starts.IsEmpty && _inserted == 0 ? _origin : null;

    public int StartOf(int index) =>
        _starts.IsEmpty ? _origin + Math.Max(0, index - _inserted) : _starts[index];

    /// <summary>The index after the original characters of the character at <paramref name="index"/>.</summary>
    public int EndOf(int index) =>
        _ends.IsEmpty ? _origin + Math.Max(0, index + 1 - _inserted) : _ends[index];

    /// <summary>The symbol, its place in this text turned into one in the original text.</summary>
    public Symbol Locate(Symbol symbol)
    {
        int start = StartOf(symbol.Start);
        return new Symbol(symbol.Id, start, symbol.End > symbol.Start ? EndOf(symbol.End - 1) : start);
    }

    public AlignedText Slice(int start, int length)
    {
        ReadOnlySpan<char> text = Text.Slice(start, length);
        return _starts.IsEmpty
            ? new AlignedText(text, [], [], _origin + Math.Max(0, start - _inserted), Math.Max(0, _inserted - start))
            : new AlignedText(text, _starts.Slice(start, length), _ends.Slice(start, length), 0, 0);
    }

    /// <summary>This text with <paramref name="prefix"/>, which comes from no original character, in front.</summary>
    public AlignedText Prepend(string prefix)
    {
        char[] text = [.. prefix, .. Text];
        if (_starts.IsEmpty) return new AlignedText(text, [], [], _origin, _inserted + prefix.Length);

        int start = Length > 0 ? _starts[0] : 0;
        int[] inserted = new int[prefix.Length];
        Array.Fill(inserted, start);
        int[] starts = [.. inserted, .. _starts];
        int[] ends = [.. inserted, .. _ends];
        return new AlignedText(text, starts, ends);
    }

    public AlignedText Replace(char oldCharacter, char newCharacter)
    {
        char[] text = new char[Length];
        Text.Replace(text, oldCharacter, newCharacter);
        return new AlignedText(text, _starts, _ends, _origin, _inserted);
    }

    /// <summary>Replaces a string by one of any length, each of whose characters comes from all that it replaces.</summary>
    public AlignedText Replace(string oldText, string newText)
    {
        StringBuilder text = new(Length);
        List<int> starts = new(Length);
        List<int> ends = new(Length);
        int index = 0;
        while (index < Length)
        {
            bool matches = Text[index..].StartsWith(oldText, StringComparison.Ordinal);
            int last = matches ? index + oldText.Length - 1 : index;
            text.Append(matches ? newText : Text.Slice(index, 1));
            while (starts.Count < text.Length)
            {
                starts.Add(StartOf(index));
                ends.Add(EndOf(last));
            }

            index = last + 1;
        }

        return new AlignedText(text.ToString(), CollectionsMarshal.AsSpan(starts), CollectionsMarshal.AsSpan(ends));
    }

    /// <summary>Replaces each character by a string, each of whose characters comes from it.</summary>
    public AlignedText Map(Func<Rune, string> replacement)
    {
        StringBuilder text = new(Length);
        List<int> starts = new(Length);
        List<int> ends = new(Length);
        int index = 0;
        foreach (Rune rune in Text.EnumerateRunes())
        {
            int last = index + rune.Utf16SequenceLength - 1;
            text.Append(replacement(rune));
            while (starts.Count < text.Length)
            {
                starts.Add(StartOf(index));
                ends.Add(EndOf(last));
            }

            index = last + 1;
        }

        return new AlignedText(text.ToString(), CollectionsMarshal.AsSpan(starts), CollectionsMarshal.AsSpan(ends));
    }
}
