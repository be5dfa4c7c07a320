using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Upper and lower case as Python maps it: Unicode's full mappings, where one character can become several.</summary>
internal static class CaseMapping
{
    // The characters of Unicode's SpecialCasing.txt, outside of Greek iota subscripts, that no single character is the upper case of.
    private static readonly Dictionary<int, (string Upper, string Title)> Expanding = new()
    {
        ['ß'] = ("SS", "Ss"),
        ['ŉ'] = ("ʼN", "ʼN"),
        ['ǰ'] = ("J̌", "J̌"),
        ['ΐ'] = ("Ϊ́", "Ϊ́"),
        ['ΰ'] = ("Ϋ́", "Ϋ́"),
        ['և'] = ("ԵՒ", "Եւ"),
        ['ẖ'] = ("H̱", "H̱"),
        ['ẗ'] = ("T̈", "T̈"),
        ['ẘ'] = ("W̊", "W̊"),
        ['ẙ'] = ("Y̊", "Y̊"),
        ['ẚ'] = ("Aʾ", "Aʾ"),
        ['ﬀ'] = ("FF", "Ff"),
        ['ﬁ'] = ("FI", "Fi"),
        ['ﬂ'] = ("FL", "Fl"),
        ['ﬃ'] = ("FFI", "Ffi"),
        ['ﬄ'] = ("FFL", "Ffl"),
        ['ﬅ'] = ("ST", "St"),
        ['ﬆ'] = ("ST", "St"),
        ['ı'] = ("I", "I"),
        ['ǆ'] = ("Ǆ", "ǅ"),
        ['ǅ'] = ("Ǆ", "ǅ"),
        ['Ǆ'] = ("Ǆ", "ǅ"),
        ['ǉ'] = ("Ǉ", "ǈ"),
        ['ǈ'] = ("Ǉ", "ǈ"),
        ['Ǉ'] = ("Ǉ", "ǈ"),
        ['ǌ'] = ("Ǌ", "ǋ"),
        ['ǋ'] = ("Ǌ", "ǋ"),
        ['Ǌ'] = ("Ǌ", "ǋ"),
    };

    public static string ToUpper(string text)
    {
        var upper = new StringBuilder(text.Length);
        foreach (Rune character in text.EnumerateRunes())
        {
            upper.Append(Upper(character));
        }

        return upper.ToString();
    }

    public static string ToLower(string text)
    {
        var lower = new StringBuilder(text.Length);
        int offset = 0;
        foreach (Rune character in text.EnumerateRunes())
        {
            lower.Append(Lower(character, text, offset));
            offset += character.Utf16SequenceLength;
        }

        return lower.ToString();
    }

    /// <summary>Python's <c>str.capitalize</c>: the first character in title case, the others in lower case.</summary>
    public static string Capitalize(string text)
    {
        var result = new StringBuilder(text.Length);
        int offset = 0;
        foreach (Rune character in text.EnumerateRunes())
        {
            result.Append(offset == 0 ? Title(character) : Lower(character, text, offset));
            offset += character.Utf16SequenceLength;
        }

        return result.ToString();
    }

    /// <summary>Python's <c>str.title</c>: a letter after one that has no case in title case, the others in lower case.</summary>
    public static string ToTitle(string text)
    {
        var result = new StringBuilder(text.Length);
        bool afterCased = false;
        int offset = 0;
        foreach (Rune character in text.EnumerateRunes())
        {
            result.Append(afterCased ? Lower(character, text, offset) : Title(character));
            afterCased = IsCased(character);
            offset += character.Utf16SequenceLength;
        }

        return result.ToString();
    }

    public static string SwapCase(string text)
    {
        var result = new StringBuilder(text.Length);
        int offset = 0;
        foreach (Rune character in text.EnumerateRunes())
        {
            result.Append(IsUpper(character) ? Lower(character, text, offset) : IsLower(character) ? Upper(character) : character.ToString());
            offset += character.Utf16SequenceLength;
        }

        return result.ToString();
    }

    /// <summary>Python's <c>str.casefold</c>: lower case, with what expands in upper case expanded.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (Rune character in text.EnumerateRunes())
        {
            bool expands = character.Value != 'ı' && Expanding.TryGetValue(character.Value, out (string Upper, string Title) special) && special.Upper.Length > 1;
            folded.Append(expands ? ToLower(Upper(character)) : character.Value == 'ς' ? "σ" : Lower(character, "", 0));
        }

        return folded.ToString();
    }

    public static bool IsUpper(Rune character) => Rune.IsUpper(character);

    public static bool IsLower(Rune character) => Rune.IsLower(character) || character.Value is 'ª' or 'º';

    private static bool IsCased(Rune character) =>
        IsUpper(character) || IsLower(character) || Rune.GetUnicodeCategory(character) == System.Globalization.UnicodeCategory.TitlecaseLetter;

    private static string Upper(Rune character) =>
        Expanding.TryGetValue(character.Value, out (string Upper, string Title) special) ? special.Upper : Rune.ToUpperInvariant(character).ToString();

    private static string Title(Rune character) =>
        Expanding.TryGetValue(character.Value, out (string Upper, string Title) special) ? special.Title : Rune.ToUpperInvariant(character).ToString();

    private static string Lower(Rune character, string text, int offset) => character.Value switch
    {
        'İ' => "i̇",
        'Σ' when IsFinal(text, offset) => "ς",
        _ => Rune.ToLowerInvariant(character).ToString(),
    };

    // A sigma ends a word where a letter is before it and none after it.
    private static bool IsFinal(string text, int offset) =>
        offset > 0 && char.IsLetter(text, offset - 1) && (offset + 1 >= text.Length || !char.IsLetter(text, offset + 1));
}
