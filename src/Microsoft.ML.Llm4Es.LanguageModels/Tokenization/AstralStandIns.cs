using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// Shows a text to .NET's regular expressions with one UTF-16 unit for each code point. In place of a character outside the basic
/// multilingual plane stands one of the same general category that has no case variants and that no pattern names, so that every
/// pattern sees the same as one that works on code points.
/// </summary>
internal sealed class AstralStandIns
{
    private readonly char[] _byCategory = new char[30];

    /// <param name="named">Characters that patterns name, as ranges.</param>
    public AstralStandIns(IReadOnlyCollection<(char First, char Last)> named)
    {
        // From above, where the less usual characters are.
        for (char c = char.MaxValue; c > 0; c--)
        {
            ref char standIn = ref _byCategory[(int)char.GetUnicodeCategory(c)];
            if (standIn == 0 && char.ToUpperInvariant(c) == char.ToLowerInvariant(c) && !named.Any(r => c >= r.First && c <= r.Last)) standIn = c;
        }
    }

    /// <summary>Writes the text to <paramref name="shown"/>, and to <paramref name="places"/> where each unit written comes from.</summary>
    /// <returns>How many units were written; one more place is.</returns>
    public int Show(ReadOnlySpan<char> text, Span<char> shown, Span<int> places)
    {
        int count = 0;
        int place = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            places[count] = place;
            shown[count++] = rune.IsBmp ? (char)rune.Value : StandIn(rune);
            place += rune.Utf16SequenceLength;
        }

        places[count] = place;
        return count;
    }

    private char StandIn(Rune rune) =>
        WordCharacters.IsAstralCircledLetter(rune) ? WordCharacters.CircledLetter : _byCategory[(int)Rune.GetUnicodeCategory(rune)];
}
