namespace Microsoft.ML.Llm4Es;

/// <summary>Writes numbers in short, without exponents, the same in every culture; a number that is missing (NaN) as nothing.</summary>
internal static class NumberText
{
    public const int MaxDecimals = 9;

    /// <summary>Below it, a number with its decimals is a whole number of its last decimal without loss.</summary>
    private const double LargestScaled = 1e15;

    private static readonly long[] Powers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

    /// <summary>
    /// Rounds to <paramref name="decimals"/>, or to three significant digits but never whole units away: 3.219 is 3.22, 12345.6 is 12346. A half goes to the
    /// even neighbour; zeros at the end of decimals are not written.
    /// </summary>
    public static void Append(TextBuffer text, double value, int? decimals)
    {
        if (double.IsNaN(value)) return;

        int digits = decimals ?? SignificantDecimals(value);
        double scaled = Math.Round(value * Powers[digits], MidpointRounding.ToEven);
        if (Math.Abs(scaled) < LargestScaled) AppendScaled(text, (long)scaled, digits);
        else AppendLarge(text, value, digits);
    }

    private static int SignificantDecimals(double value) => Math.Abs(value) switch
    {
        >= 100 or 0 => 0,
        >= 10 => 1,
        >= 1 => 2,
        double size => Math.Min(MaxDecimals, 2 - (int)Math.Floor(Math.Log10(size))),
    };

    private static void AppendScaled(TextBuffer text, long scaled, int decimals)
    {
        if (scaled < 0) text.Append('-');
        (long whole, long fraction) = Math.DivRem(Math.Abs(scaled), Powers[decimals]);
        text.Append(whole);
        if (fraction == 0) return;

        text.Append('.');
        for (int i = decimals - 1; fraction > 0; i--)
        {
            (long digit, fraction) = Math.DivRem(fraction, Powers[i]);
            text.Append((char)('0' + digit));
        }
    }

    private static void AppendLarge(TextBuffer text, double value, int decimals)
    {
        text.Append(value, ['F', (char)('0' + decimals)]);
        if (decimals == 0 || double.IsInfinity(value)) return;

        text.TrimEnd('0');
        text.TrimEnd('.');
    }
}
