using System.Globalization;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Writes text as a literal, as Python's <c>repr</c> and <c>ascii</c> do.</summary>
internal static class PythonQuoting
{
    public static string Quote(string text, bool isAscii = false)
    {
        char quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var quoted = new StringBuilder(text.Length + 2).Append(quote);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == quote || c == '\\')
            {
                quoted.Append('\\').Append(c);
            }
            else if (c is >= ' ' and < '\u007f')
            {
                quoted.Append(c);
            }
            else
            {
                bool isPair = i + 1 < text.Length && char.IsSurrogatePair(c, text[i + 1]);
                AppendSpecial(quoted, text, i, isPair, isAscii);
                i += isPair ? 1 : 0;
            }
        }

        return quoted.Append(quote).ToString();
    }

    /// <summary>Whether Python writes a character as it is: letters, marks, numbers, punctuation and symbols, but no separator other than the space.</summary>
    public static bool IsPrintable(UnicodeCategory category) => category is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);

    private static void AppendSpecial(StringBuilder quoted, string text, int index, bool isPair, bool isAscii)
    {
        int codePoint = isPair ? char.ConvertToUtf32(text[index], text[index + 1]) : text[index];
        if (!isAscii && IsPrintable(CharUnicodeInfo.GetUnicodeCategory(codePoint)))
        {
            quoted.Append(text, index, isPair ? 2 : 1);
            return;
        }

        quoted.Append(codePoint switch
        {
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            <= 0xFF => string.Create(CultureInfo.InvariantCulture, $"\\x{codePoint:x2}"),
            <= 0xFFFF => string.Create(CultureInfo.InvariantCulture, $"\\u{codePoint:x4}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"\\U{codePoint:x8}"),
        });
    }
}
