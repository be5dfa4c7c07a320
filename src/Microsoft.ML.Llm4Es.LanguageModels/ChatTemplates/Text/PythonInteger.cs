using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Integers as Python reads and writes them.</summary>
internal static class PythonInteger
{
    /// <summary>The most digits an integer may have: Python's own limit on turning integers into text and back.</summary>
    public const int MaxDigits = 4300;

    private static readonly BigInteger Bound = BigInteger.Pow(10, MaxDigits);

    public static string ToText(BigInteger value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Throws where an integer has grown beyond <see cref="MaxDigits"/>.</summary>
    public static IntegerValue Checked(BigInteger value) => BigInteger.Abs(value) < Bound
        ? new IntegerValue(value)
        : throw ChatTemplateException.Limit($"The template makes an integer of more than {MaxDigits} digits.");

    /// <summary>The value of an integer or boolean, cut to the range of <see cref="int"/>; null for any other type.</summary>
    public static int? ToIndex(JinjaValue value) => value switch
    {
        IntegerValue integer => (int)BigInteger.Clamp(integer.Value, -int.MaxValue / 2, int.MaxValue / 2),
        BooleanValue boolean => boolean.Value ? 1 : 0,
        _ => null,
    };

    /// <summary>Reads what Python's <c>int(text, radix)</c> accepts: white space around, a sign, single underscores between digits, and a prefix that fits the radix (2, 8, 16; any for 0).</summary>
    public static bool TryParse(string text, int radix, out BigInteger value)
    {
        value = BigInteger.Zero;
        ReadOnlySpan<char> rest = PythonSpace.TrimStart(PythonSpace.TrimEnd(text));
        bool isNegative = rest.StartsWith("-");
        if (isNegative || rest.StartsWith("+"))
        {
            rest = rest[1..];
        }

        int prefix = rest.Length > 1 && rest[0] == '0' ? char.ToLowerInvariant(rest[1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 } : 0;
        if (prefix != 0 && (radix == prefix || radix == 0))
        {
            radix = prefix;
            rest = rest[2..];
            rest = rest.StartsWith("_") ? rest[1..] : rest;
        }
        else if (radix == 0)
        {
            radix = 10;
            if (rest.Length > 1 && rest[0] == '0' && rest.ContainsAnyExcept('0', '_'))
            {
                return false;
            }
        }

        if (rest.Length is 0 or > MaxDigits || !TryParseDigits(rest, radix, ref value))
        {
            return false;
        }

        value = isNegative ? -value : value;
        return true;
    }

    private static bool TryParseDigits(ReadOnlySpan<char> digits, int radix, ref BigInteger value)
    {
        bool afterDigit = false;
        foreach (char c in digits)
        {
            if (c == '_' && afterDigit)
            {
                afterDigit = false;
                continue;
            }

            int digit = DigitOf(c);
            if (digit < 0 || digit >= radix)
            {
                return false;
            }

            value = (value * radix) + digit;
            afterDigit = true;
        }

        return afterDigit;
    }

    private static int DigitOf(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'z' => c - 'a' + 10,
        >= 'A' and <= 'Z' => c - 'A' + 10,
        _ => char.IsDigit(c) ? (int)char.GetNumericValue(c) : -1,
    };
}
