using System.Globalization;
using System.Text;

namespace Microsoft.ML.Llm4Es;

/// <summary>Writes numbers in short, without exponents, the same in every culture; a number that is missing (NaN) as nothing.</summary>
internal static class NumberText
{
    /// <summary>Rounds to <paramref name="decimals"/>, or to three significant digits, but never whole units away: 3.219 is 3.22, 12345.6 is 12346.</summary>
    public static void Append(StringBuilder text, double value, int? decimals)
    {
        if (double.IsNaN(value)) return;

        double rounded = Math.Round(value, decimals ?? SignificantDecimals(value), MidpointRounding.ToEven);
        // The largest numbers have more digits than the format writes; they have no decimals either.
        Span<char> digits = stackalloc char[400];
        (rounded == 0 ? 0 : rounded).TryFormat(digits, out int written, "0.#########", CultureInfo.InvariantCulture);
        text.Append(digits[..written]);
    }

    private static int SignificantDecimals(double value)
    {
        double size = Math.Abs(value);
        return size switch
        {
            >= 100 or 0 => 0,
            >= 10 => 1,
            >= 1 => 2,
            _ => Math.Min(9, 2 - (int)Math.Floor(Math.Log10(size))),
        };
    }
}
