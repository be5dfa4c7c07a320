using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Floating-point numbers as Python reads, writes and rounds them: shortest digits that read back the same, and ties of the exact value to even.</summary>
internal static class PythonFloat
{
    /// <summary>Python's <c>repr</c>: as many digits as needed, with an exponent below 1e-4 and from 1e16.</summary>
    public static string ToText(double value)
    {
        if (!double.IsFinite(value))
        {
            return NonFinite(value);
        }

        string sign = double.IsNegative(value) ? "-" : "";
        (string digits, int exponent) = ShortestDigits(Math.Abs(value));
        if (exponent is < -4 or >= 16)
        {
            return sign + Scientific(digits, exponent, 'e');
        }

        string text = Positional(digits, exponent);
        return sign + (text.Contains('.', StringComparison.Ordinal) ? text : text + ".0");
    }

    public static string NonFinite(double value) => double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";

    /// <summary>Reads what Python's <c>float(text)</c> accepts.</summary>
    public static bool TryParse(string text, out double value)
    {
        text = PythonSpace.TrimStart(PythonSpace.TrimEnd(text));
        for (int i = 0; i < text.Length; i++)
        {
            bool isBetweenDigits = i > 0 && i + 1 < text.Length && char.IsDigit(text[i - 1]) && char.IsDigit(text[i + 1]);
            if (text[i] == '_' && !isBetweenDigits)
            {
                value = 0;
                return false;
            }
        }

        string unsigned = text.TrimStart('+', '-').ToLowerInvariant();
        if (unsigned is "inf" or "infinity" or "nan" && text.Length - unsigned.Length <= 1)
        {
            value = unsigned == "nan" ? double.NaN : text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        value = 0;
        return !unsigned.Contains('n', StringComparison.Ordinal)
            && double.TryParse(text.Replace("_", "", StringComparison.Ordinal), Style, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Python's <c>round(value, places)</c>.</summary>
    public static double Round(double value, int places)
    {
        if (!double.IsFinite(value) || places > 323)
        {
            return value;
        }

        if (places < -308)
        {
            return double.CopySign(0, value);
        }

        BigInteger scaled = RoundedScaled(Math.Abs(value), places);
        return double.CopySign(double.Parse($"{scaled}e{-places}", CultureInfo.InvariantCulture), value);
    }

    /// <summary>The absolute value times 10 to the power of <paramref name="places"/>, as the nearest integer, ties to even.</summary>
    public static BigInteger RoundedScaled(double value, int places)
    {
        (BigInteger mantissa, int exponent) = Decompose(value);
        BigInteger numerator = mantissa * BigInteger.Pow(10, Math.Max(places, 0)) * BigInteger.Pow(2, Math.Max(exponent, 0));
        BigInteger denominator = BigInteger.Pow(10, Math.Max(-places, 0)) * BigInteger.Pow(2, Math.Max(-exponent, 0));
        return DivideToEven(numerator, denominator);
    }

    /// <summary>The quotient of two positive integers to the nearest integer, ties to even.</summary>
    public static BigInteger DivideToEven(BigInteger numerator, BigInteger denominator)
    {
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger remainder);
        int half = (remainder * 2).CompareTo(denominator);
        return half > 0 || (half == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }

    /// <summary>The absolute value to <paramref name="count"/> significant digits, and the power of ten of the first; zero has exponent 0.</summary>
    public static (string Digits, int Exponent) SignificantDigits(double value, int count)
    {
        if (value == 0)
        {
            return (new string('0', count), 0);
        }

        // The shortest digits may be those of a neighbouring power of ten: 1e23 is stored as 9.999…e22.
        int exponent = ShortestDigits(value).Exponent;
        string digits = PythonInteger.ToText(RoundedScaled(value, count - 1 - exponent));
        if (digits.Length < count)
        {
            exponent--;
            digits = PythonInteger.ToText(RoundedScaled(value, count - 1 - exponent));
        }

        return digits.Length > count ? (digits[..count], exponent + 1) : (digits, exponent);
    }

    /// <summary>Writes digits as <c>d.ddde±xx</c>.</summary>
    public static string Scientific(string digits, int exponent, char letter) =>
        $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}{letter}{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";

    /// <summary>Writes digits without an exponent; <paramref name="exponent"/> is the power of ten of the first.</summary>
    public static string Positional(string digits, int exponent)
    {
        if (exponent < 0)
        {
            return "0." + new string('0', -exponent - 1) + digits;
        }

        return digits.Length <= exponent + 1
            ? digits + new string('0', exponent + 1 - digits.Length)
            : $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    private static (string Digits, int Exponent) ShortestDigits(double value)
    {
        // .NET's round-trip format has the same digits as Python's; only their layout differs.
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int letter = text.IndexOf('E', StringComparison.Ordinal);
        string mantissa = letter < 0 ? text : text[..letter];
        int exponent = letter < 0 ? 0 : int.Parse(text.AsSpan(letter + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        int zeros = digits.Length - digits.TrimStart('0').Length;
        exponent += (point < 0 ? digits.Length : point) - 1 - zeros;
        digits = digits.Trim('0');
        return digits.Length == 0 ? ("0", 0) : (digits, exponent);
    }

    private static (BigInteger Mantissa, int Exponent) Decompose(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long mantissa = bits & 0xFFFFFFFFFFFFF;
        return exponent == 0 ? (mantissa, -1074) : (mantissa | (1L << 52), exponent - 1075);
    }
}
