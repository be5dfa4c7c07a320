using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Text by Unicode code points, as Python counts it, over .NET's UTF-16.</summary>
internal static class CodePoints
{
    public static int Count(string text)
    {
        if (IsBasic(text))
        {
            return text.Length;
        }

        int pairs = 0;
        for (int i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
            {
                pairs++;
                i++;
            }
        }

        return text.Length - pairs;
    }

    /// <summary>The code points, each as a text of its own.</summary>
    public static IEnumerable<string> Enumerate(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            int length = LengthAt(text, i);
            yield return text.Substring(i, length);
            i += length - 1;
        }
    }

    /// <summary>The code point at an index, counted from the end where it is negative; null outside of the text.</summary>
    public static string? At(string text, int index)
    {
        if (index < 0)
        {
            index += Count(text);
        }

        if (index < 0)
        {
            return null;
        }

        int offset = Offset(text, index);
        return offset < text.Length ? CharacterAt(text, offset) : null;
    }

    /// <summary>The code point whose UTF-16 starts at an offset.</summary>
    public static string CharacterAt(string text, int offset) => text.Substring(offset, LengthAt(text, offset));

    /// <summary>The code point whose UTF-16 ends before an offset.</summary>
    public static string CharacterBefore(string text, int offset)
    {
        int length = offset > 1 && char.IsSurrogatePair(text[offset - 2], text[offset - 1]) ? 2 : 1;
        return text.Substring(offset - length, length);
    }

    /// <summary>The part from code point <paramref name="start"/> to before <paramref name="stop"/>, both within the text.</summary>
    public static string Substring(string text, int start, int stop) => text[Offset(text, start)..Offset(text, stop)];

    public static string Reverse(string text)
    {
        var reversed = new char[text.Length];
        int end = text.Length;
        foreach (string character in Enumerate(text))
        {
            end -= character.Length;
            character.CopyTo(0, reversed, end, character.Length);
        }

        return new string(reversed);
    }

    /// <summary>The index in UTF-16 of a code point; the length of the text for an index at or beyond its end.</summary>
    public static int Offset(string text, int index)
    {
        if (IsBasic(text))
        {
            return Math.Min(index, text.Length);
        }

        int offset = 0;
        while (index-- > 0 && offset < text.Length)
        {
            offset += LengthAt(text, offset);
        }

        return offset;
    }

    /// <summary>Compares by code points, which differs from UTF-16 where characters beyond U+FFFF meet those from U+E000.</summary>
    public static int Compare(string left, string right)
    {
        int length = Math.Min(left.Length, right.Length);
        for (int i = 0; i < length; i++)
        {
            if (left[i] != right[i])
            {
                bool leftIsPair = char.IsSurrogate(left[i]);
                bool rightIsPair = char.IsSurrogate(right[i]);
                return leftIsPair == rightIsPair ? left[i].CompareTo(right[i]) : leftIsPair.CompareTo(rightIsPair);
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    /// <summary>Whether the text has a character and all of them are as <paramref name="predicate"/> asks.</summary>
    public static bool All(string text, Func<Rune, bool> predicate)
    {
        foreach (Rune character in text.EnumerateRunes())
        {
            if (!predicate(character))
            {
                return false;
            }
        }

        return text.Length > 0;
    }

    private static bool IsBasic(string text) => !text.AsSpan().ContainsAnyInRange('\ud800', '\udfff');

    private static int LengthAt(string text, int offset) => offset + 1 < text.Length && char.IsSurrogatePair(text[offset], text[offset + 1]) ? 2 : 1;
}
