using System.Globalization;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What <c>\w</c> means in Rust's expressions: Unicode Technical Standard 18, annex C.</summary>
internal static class WordCharacters
{
    /// <summary>
    /// The inside of a character class. Letters in circles beyond the basic multilingual plane are words too: <see cref="AstralStandIns"/> shows them
    /// as one of those that the class names.
    /// </summary>
    public const string Class = @"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u200C\u200D\u24B6-\u24E9";

    /// <summary>A circled letter of the basic multilingual plane.</summary>
    public const char CircledLetter = '\u24B6';

    public static bool Contains(Rune rune)
    {
        const int zeroWidthNonJoiner = 0x200C, zeroWidthJoiner = 0x200D;
        return Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation
            || rune.Value is zeroWidthNonJoiner or zeroWidthJoiner
            || rune.Value is >= 0x24B6 and <= 0x24E9
            || IsAstralCircledLetter(rune);
    }

    /// <summary>Whether it is a letter in a circle or square beyond the basic multilingual plane: a symbol, but alphabetic.</summary>
    public static bool IsAstralCircledLetter(Rune rune) =>
        rune.Value is (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
}
