using System.Globalization;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Decodes the inside of a string literal as Jinja does, through Python's <c>unicode-escape</c> codec.</summary>
internal static class StringLiteral
{
    public static string Unescape(string raw, int line)
    {
        if (!raw.Contains('\\', StringComparison.Ordinal))
        {
            return raw;
        }

        var text = new StringBuilder(raw.Length);
        for (int at = 0; at < raw.Length; at++)
        {
            if (raw[at] == '\\')
            {
                at = UnescapeOne(raw, at + 1, text, line);
            }
            else
            {
                text.Append(raw[at]);
            }
        }

        return text.ToString();
    }

    /// <summary>Decodes the escape whose character after the backslash is at <paramref name="at"/>, and returns where its last character is.</summary>
    private static int UnescapeOne(string raw, int at, StringBuilder text, int line)
    {
        char c = raw[at];
        switch (c)
        {
            case '\n':
                return at;
            case '\\' or '\'' or '"':
                text.Append(c);
                return at;
            case 'n':
                text.Append('\n');
                return at;
            case 't':
                text.Append('\t');
                return at;
            case 'r':
                text.Append('\r');
                return at;
            case 'a':
                text.Append('\a');
                return at;
            case 'b':
                text.Append('\b');
                return at;
            case 'f':
                text.Append('\f');
                return at;
            case 'v':
                text.Append('\v');
                return at;
            case 'x':
                return AppendHexadecimal(raw, at, 2, text, line);
            case 'u':
                return AppendHexadecimal(raw, at, 4, text, line);
            case 'U':
                return AppendHexadecimal(raw, at, 8, text, line);
            case 'N':
                throw ChatTemplateException.Syntax("The escape \\N{name} is not supported; write \\u and the number of the character.", line);
            case >= '0' and <= '7':
                return AppendOctal(raw, at, text);
            case <= '\u007f':
                text.Append('\\').Append(c);
                return at;
            default:
                return AppendEscapedUnicode(raw, at, text);
        }
    }

    private static int AppendHexadecimal(string raw, int at, int digits, StringBuilder text, int line)
    {
        bool isValid = at + digits < raw.Length
            & int.TryParse(raw.AsSpan(at + 1, Math.Min(digits, raw.Length - at - 1)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
            && value is >= 0 and <= 0x10FFFF;
        if (!isValid)
        {
            throw ChatTemplateException.Syntax($"Truncated or invalid escape \\{raw[at]} in a string, expected {digits} hexadecimal digits of a Unicode character.", line);
        }

        AppendCodePoint(text, value);
        return at + digits;
    }

    private static int AppendOctal(string raw, int at, StringBuilder text)
    {
        int value = 0;
        int end = at;
        while (end < raw.Length && end < at + 3 && raw[end] is >= '0' and <= '7')
        {
            value = (value * 8) + raw[end++] - '0';
        }

        AppendCodePoint(text, value);
        return end - 1;
    }

    // Jinja turns a character beyond ASCII into an escape of its own before it decodes, so that a backslash before it escapes that escape's backslash.
    private static int AppendEscapedUnicode(string raw, int at, StringBuilder text)
    {
        if (char.IsHighSurrogate(raw[at]) && at + 1 < raw.Length && char.IsLowSurrogate(raw[at + 1]))
        {
            text.Append(CultureInfo.InvariantCulture, $"\\U{char.ConvertToUtf32(raw[at], raw[at + 1]):x8}");
            return at + 1;
        }

        text.Append(raw[at] <= '\u00ff' ? "\\x" : "\\u").Append(((int)raw[at]).ToString(raw[at] <= '\u00ff' ? "x2" : "x4", CultureInfo.InvariantCulture));
        return at;
    }

    private static void AppendCodePoint(StringBuilder text, int value)
    {
        if (value > char.MaxValue)
        {
            text.Append(char.ConvertFromUtf32(value));
        }
        else
        {
            text.Append((char)value);
        }
    }
}
