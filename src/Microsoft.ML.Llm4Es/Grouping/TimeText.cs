using System.Globalization;

namespace Microsoft.ML.Llm4Es;

/// <summary>Event times that are given as text.</summary>
internal static class TimeText
{
    /// <summary>ISO 8601, with a blank or a T before the time of day; seconds, their fraction and an offset may be absent.</summary>
    private static readonly string[] DateFormats =
    [
        "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd",
        "yyyy-MM-dd HH:mmK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyyMMdd'T'HHmmssK",
    ];

    /// <summary>Reads a date; one with an offset becomes UTC.</summary>
    public static bool TryParseDate(string text, out DateTime value) =>
        DateTime.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowLeadingWhite | DateTimeStyles.AllowTrailingWhite, out value);

    /// <summary>Reads a finite number.</summary>
    public static bool TryParseNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
