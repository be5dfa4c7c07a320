using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// The numbers, dates and times of day in a text, however they are written. Signs are left out: "-500" is also told as "spent 500".
/// </summary>
internal sealed partial class TextFacts
{
    private const string MonthName =
        "(?<month>jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sep(t|tember)?|oct(ober)?|nov(ember)?|dec(ember)?)";

    private readonly Dictionary<string, int> _numbers = [];
    private readonly Dictionary<string, int> _moments = [];

    private TextFacts()
    {
    }

    /// <summary>How often each number is there, in the one way that <see cref="NumberReading"/> writes it.</summary>
    public IReadOnlyDictionary<string, int> Numbers => _numbers;

    /// <summary>How often each date (<c>2024-03-31</c>) and time of day (<c>14:05</c>) is there.</summary>
    public IReadOnlyDictionary<string, int> Moments => _moments;

    public static TextFacts Of(string text) => Of(text, _ => false);

    /// <param name="text">The text.</param>
    /// <param name="isKnown">What decides between two ways to read a number or a date: the one that the source has.</param>
    public static TextFacts Of(string text, Func<string, bool> isKnown)
    {
        var facts = new TextFacts();
        text = IsoDate().Replace(text, match => facts.AddDate(match, (Year(match), Part(match, "m"), Part(match, "d")), isKnown));
        text = NumericDate().Replace(text, match => facts.AddDate(match, (Year(match), Part(match, "b"), Part(match, "a")), isKnown));
        text = NamedDate().Replace(text, match => facts.AddDate(match, (Year(match), Month(match), Part(match, "d")), isKnown));
        text = TimeOfDay().Replace(text, facts.AddTime);
        foreach (Match match in Number().Matches(text))
        {
            foreach (string number in NumberReading.Read(match.Value, isKnown)) Increment(facts._numbers, number);
        }

        return facts;
    }

    /// <summary>Takes a date out of the text; where day and month may be meant the other way round, the known date is.</summary>
    private string AddDate(Match match, (int Year, int Month, int Day) date, Func<string, bool> isKnown)
    {
        string?[] readings = [Date(date.Year, date.Month, date.Day), Date(date.Year, date.Day, date.Month)];
        string? found = readings.FirstOrDefault(reading => reading is not null && isKnown(reading)) ?? readings.FirstOrDefault(reading => reading is not null);
        if (found is null) return match.Value;
        Increment(_moments, found);
        return " ";
    }

    private string AddTime(Match match)
    {
        int hour = Part(match, "h");
        string half = match.Groups["half"].Value;
        if (half.Length > 0) hour = hour % 12 + (half[0] is 'p' or 'P' ? 12 : 0);
        string seconds = match.Groups["s"].Value is { Length: > 0 } text and not "00" ? ":" + text : "";
        Increment(_moments, $"{hour:00}:{match.Groups["min"].Value}{seconds}");
        return " ";
    }

    private static void Increment(Dictionary<string, int> counts, string key) => counts[key] = counts.GetValueOrDefault(key) + 1;

    private static string? Date(int year, int month, int day) =>
        year > 0 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? $"{year:0000}-{month:00}-{day:00}" : null;

    private static int Part(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static int Year(Match match) => Part(match, "y");

    private static int Month(Match match) =>
        Array.FindIndex(CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames, name => match.Groups["month"].Value.StartsWith(name, StringComparison.OrdinalIgnoreCase)) + 1;

    [GeneratedRegex(@"(?<!\d)(?<y>\d{4})([-/.])(?<m>\d{1,2})\1(?<d>\d{1,2})(T(?=\d\d:)|(?!\d))")]
    private static partial Regex IsoDate();

    [GeneratedRegex(@"(?<![\d.,])(?<a>\d{1,2})([-/.])(?<b>\d{1,2})\1(?<y>\d{4})(?!\d)")]
    private static partial Regex NumericDate();

    [GeneratedRegex(
        @"\b(((?<d>\d{1,2})(st|nd|rd|th)?\s+(of\s+)?" + MonthName + @"\.?,?\s+)|(" + MonthName + @"\.?\s+(?<d>\d{1,2})(st|nd|rd|th)?,?\s+))(?<y>\d{4})\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex NamedDate();

    [GeneratedRegex(@"(?<![\d:])(?<h>[01]?\d|2[0-4]):(?<min>[0-5]\d)(:(?<s>[0-5]\d)(\.\d+)?)?Z?(\s?(?<half>[ap])\.?m\b\.?)?(?![\d:])", RegexOptions.IgnoreCase)]
    private static partial Regex TimeOfDay();

    /// <summary>Not the digits of a name such as <c>h3</c> or <c>UTF-8</c>.</summary>
    [GeneratedRegex(@"(?<![\p{L}_]-?|\d)\d+([.,]\d+)*")]
    private static partial Regex Number();
}
