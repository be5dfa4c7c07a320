using System.Globalization;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>Writes event times, given what makes days of a value (NaN where it is missing).</summary>
/// <typeparam name="T">The type of the column's items.</typeparam>
internal sealed class TimeFieldWriter<T>(ValueGetter<VBuffer<T>> getter, TimeFormat format, Func<T, double> toDays) : FieldWriter
{
    private static readonly DateTime Origin = DateTime.UnixEpoch;

    private readonly RowValues<T> _values = new(getter);

    public override int Count => _values.Count;

    public override void Read() => _values.Read();

    public override void Append(StringBuilder text, int index)
    {
        double days = toDays(_values[index]);
        if (double.IsNaN(days)) return;

        switch (format)
        {
            case TimeFormat.Gap:
                AppendGap(text, index == 0 ? 0 : days - toDays(_values[index - 1]));
                break;
            case TimeFormat.Days:
                NumberText.Append(text, Math.Floor(days - toDays(_values[0])), decimals: 0);
                break;
            default:
                string pattern = format == TimeFormat.Date ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm";
                text.Append(CultureInfo.InvariantCulture, $"{Origin.AddTicks((long)Math.Round(days * TimeSpan.TicksPerDay)).ToString(pattern, CultureInfo.InvariantCulture)}");
                break;
        }
    }

    /// <summary>The largest unit that fits, rounded down: minutes, hours or days.</summary>
    private static void AppendGap(StringBuilder text, double days)
    {
        if (double.IsNaN(days)) return;

        // Events of one second apart differ by rounding errors of days; whole seconds do not.
        double seconds = Math.Round(Math.Abs(days) * 86_400);
        (double count, char unit) = seconds switch
        {
            < 3_600 => (seconds / 60, 'm'),
            < 86_400 => (seconds / 3_600, 'h'),
            _ => (seconds / 86_400, 'd'),
        };
        if (days < 0) text.Append('-');
        text.Append(CultureInfo.InvariantCulture, $"{Math.Floor(count):0}").Append(unit);
    }
}
