using System.Numerics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The presentations of numbers that Python's <c>%</c> operator and <c>format</c> share. Signs are added by the caller.</summary>
internal static class FloatFormat
{
    private const int MaxPrecision = 1000;

    /// <summary>Writes an absolute value with the presentation type <c>e</c>, <c>f</c> or <c>g</c> (or their capitals); <paramref name="keepPoint"/> is Python's flag <c>#</c>.</summary>
    public static string Format(double value, char type, int precision, bool keepPoint)
    {
        if (!double.IsFinite(value))
        {
            string name = PythonFloat.ToText(value);
            return char.IsUpper(type) ? name.ToUpperInvariant() : name;
        }

        CheckPrecision(precision);
        string text = char.ToLowerInvariant(type) switch
        {
            'f' => Fixed(value, precision),
            'e' => Exponential(value, precision, type),
            _ => General(value, precision, Math.Max(precision, 1), type == 'G' ? 'E' : 'e', keepPoint),
        };
        return keepPoint && !text.Contains('.', StringComparison.Ordinal) ? AddPoint(text) : text;
    }

    /// <summary>Writes an absolute value to some significant digits as <c>format</c> does without a presentation type: with a digit after the point or an exponent.</summary>
    public static string Shortened(double value, int precision, bool keepPoint)
    {
        if (!double.IsFinite(value))
        {
            return PythonFloat.ToText(value);
        }

        CheckPrecision(precision);
        string text = General(value, precision, Math.Max(precision, 1) - 1, 'e', keepPoint);
        return text.AsSpan().ContainsAny('.', 'e') ? text : text + ".0";
    }

    /// <summary>Writes an absolute value in base 2, 8, 10 or 16.</summary>
    public static string Integer(BigInteger value, char type) => type switch
    {
        'b' => InBase(value, 2),
        'o' => InBase(value, 8),
        'x' => InBase(value, 16),
        'X' => InBase(value, 16).ToUpperInvariant(),
        _ => PythonInteger.ToText(value),
    };

    private static string Fixed(double value, int precision)
    {
        string digits = PythonInteger.ToText(PythonFloat.RoundedScaled(value, precision)).PadLeft(precision + 1, '0');
        return precision == 0 ? digits : $"{digits[..^precision]}.{digits[^precision..]}";
    }

    private static string Exponential(double value, int precision, char letter)
    {
        (string digits, int exponent) = PythonFloat.SignificantDigits(value, precision + 1);
        return PythonFloat.Scientific(digits, exponent, letter);
    }

    private static void CheckPrecision(int precision)
    {
        if (precision > MaxPrecision)
        {
            throw ChatTemplateException.Limit($"A number is formatted with {precision} decimal places, expected at most {MaxPrecision}.");
        }
    }

    private static string General(double value, int precision, int firstExponent, char letter, bool keepZeros)
    {
        (string digits, int exponent) = PythonFloat.SignificantDigits(value, Math.Max(precision, 1));
        bool isScientific = exponent < -4 || exponent >= firstExponent;
        if (!keepZeros)
        {
            digits = digits.TrimEnd('0');
            digits = digits.Length == 0 ? "0" : digits;
        }

        return isScientific ? PythonFloat.Scientific(digits, exponent, letter) : PythonFloat.Positional(digits, exponent);
    }

    private static string AddPoint(string text)
    {
        int letter = text.IndexOfAny(['e', 'E']);
        return letter < 0 ? text + "." : text.Insert(letter, ".");
    }

    private static string InBase(BigInteger value, int radix)
    {
        if (value.IsZero)
        {
            return "0";
        }

        var digits = new Stack<char>();
        while (!value.IsZero)
        {
            value = BigInteger.DivRem(value, radix, out BigInteger digit);
            digits.Push("0123456789abcdef"[(int)digit]);
        }

        return string.Concat(digits);
    }
}
