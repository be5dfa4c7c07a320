using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>Writes event times, given what makes ticks of a value (<see cref="Missing"/> where it is missing).</summary>
/// <typeparam name="T">The type of the column's items.</typeparam>
internal sealed class TimeFieldWriter<T>(ValueGetter<VBuffer<T>> getter, TimeFormat format, Func<T, long> toTicks) : FieldWriter
{
    public const long Missing = long.MinValue;

    private readonly RowValues<T> _values = new(getter);

    public override int Count => _values.Count;

    public override void Read() => _values.Read();

    public override void Append(TextBuffer text, int index)
    {
        long ticks = toTicks(_values[index]);
        if (ticks == Missing) return;

        switch (format)
        {
            case TimeFormat.Gap:
                long previous = index == 0 ? ticks : toTicks(_values[index - 1]);
                if (previous != Missing) AppendGap(text, ticks - previous);
                break;
            case TimeFormat.Days:
                long first = toTicks(_values[0]);
                if (first != Missing) text.Append((long)Math.Floor((double)(ticks - first) / TimeSpan.TicksPerDay));
                break;
            case TimeFormat.Date:
                text.Append(new DateTime(ticks), "yyyy-MM-dd");
                break;
            case TimeFormat.DateAndTime:
                text.Append(new DateTime(ticks), "yyyy-MM-dd HH:mm");
                break;
        }
    }

    /// <summary>The largest unit that fits, rounded down: minutes, hours or days.</summary>
    private static void AppendGap(TextBuffer text, long ticks)
    {
        if (ticks < 0) text.Append('-');
        ticks = Math.Abs(ticks);
        (long unit, char name) = ticks switch
        {
            < TimeSpan.TicksPerHour => (TimeSpan.TicksPerMinute, 'm'),
            < TimeSpan.TicksPerDay => (TimeSpan.TicksPerHour, 'h'),
            _ => (TimeSpan.TicksPerDay, 'd'),
        };
        text.Append(ticks / unit);
        text.Append(name);
    }
}
