using System.Globalization;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Python's <c>strftime</c> of a local time, in the C locale and with the flags of the GNU C library.</summary>
internal static class TimeFormat
{
    public static string Format(DateTime time, string format)
    {
        var text = new StringBuilder();
        for (int at = 0; at < format.Length; at++)
        {
            if (format[at] != '%' || at + 1 == format.Length)
            {
                text.Append(format[at]);
                continue;
            }

            int start = at++;
            char flag = format[at] is '-' or '_' or '0' or '^' or '#' && at + 1 < format.Length ? format[at++] : '\0';
            text.Append(Directive(time, format[at], flag) ?? format[start..(at + 1)]);
        }

        return text.ToString();
    }

    private static string? Directive(DateTime time, char directive, char flag)
    {
        string? text = directive switch
        {
            'Y' => Number(time.Year, 1, flag),
            'C' => Number(time.Year / 100, 2, flag),
            'y' => Number(time.Year % 100, 2, flag),
            'G' => Number(ISOWeek.GetYear(time), 1, flag),
            'g' => Number(ISOWeek.GetYear(time) % 100, 2, flag),
            'm' => Number(time.Month, 2, flag),
            'd' => Number(time.Day, 2, flag),
            'e' => Number(time.Day, 2, flag is '-' or '0' ? flag : '_'),
            'j' => Number(time.DayOfYear, 3, flag),
            'H' => Number(time.Hour, 2, flag),
            'k' => Number(time.Hour, 2, flag is '-' or '0' ? flag : '_'),
            'I' => Number(HalfDayHour(time), 2, flag),
            'l' => Number(HalfDayHour(time), 2, flag is '-' or '0' ? flag : '_'),
            'M' => Number(time.Minute, 2, flag),
            'S' => Number(time.Second, 2, flag),
            'f' when flag == '\0' => Number((int)(time.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond), 6, '\0'),
            'U' => Number((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7, 2, flag),
            'W' => Number((time.DayOfYear + 6 - ((int)time.DayOfWeek + 6) % 7) / 7, 2, flag),
            'V' => Number(ISOWeek.GetWeekOfYear(time), 2, flag),
            'u' => Number(time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek, 1, flag),
            'w' => Number((int)time.DayOfWeek, 1, flag),
            'a' => Invariant(time, "ddd"),
            'A' => Invariant(time, "dddd"),
            'b' or 'h' => Invariant(time, "MMM"),
            'B' => Invariant(time, "MMMM"),
            'p' => time.Hour < 12 ? "AM" : "PM",
            'P' => time.Hour < 12 ? "am" : "pm",
            'c' => Format(time, "%a %b %e %H:%M:%S %Y"),
            'x' or 'D' => Format(time, "%m/%d/%y"),
            'X' or 'T' => Format(time, "%H:%M:%S"),
            'F' => Format(time, "%Y-%m-%d"),
            'R' => Format(time, "%H:%M"),
            'r' => Format(time, "%I:%M:%S %p"),
            's' => new DateTimeOffset(time).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            'n' => "\n",
            't' => "\t",
            'z' or 'Z' => "",
            '%' => "%",
            _ => null,
        };
        return (flag, directive) switch
        {
            (_, 'P') => text,
            ('^', _) => text?.ToUpperInvariant(),
            ('#', 'p') => text?.ToLowerInvariant(),
            ('#', not 'c') => text?.ToUpperInvariant(),
            _ => text,
        };
    }

    private static int HalfDayHour(DateTime time) => time.Hour % 12 == 0 ? 12 : time.Hour % 12;

    private static string Number(int value, int width, char flag)
    {
        string digits = value.ToString(CultureInfo.InvariantCulture);
        return flag == '-' ? digits : digits.PadLeft(width, flag == '_' ? ' ' : '0');
    }

    private static string Invariant(DateTime time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
}
