using System.Globalization;
using System.Numerics;
using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>Makes the writer of a field for a row, by the column's type and the field's kind, which <see cref="EventColumn"/> has checked.</summary>
internal sealed class FieldWriterFactory
{
    private static readonly MethodInfo CreateNumberMethod = typeof(FieldWriterFactory).GetMethod(nameof(CreateNumber), BindingFlags.NonPublic | BindingFlags.Instance)!;
    private static readonly MethodInfo CreateKeyMethod = typeof(FieldWriterFactory).GetMethod(nameof(CreateKey), BindingFlags.NonPublic | BindingFlags.Instance)!;

    /// <summary>10,000 years: the difference of two such times is a number of ticks still.</summary>
    private const double MostTicks = 10_000 * 366d * TimeSpan.TicksPerDay;

    private readonly DataViewRow _row;
    private readonly DataViewSchema.Column _column;
    private readonly EventField _field;
    private readonly CodeNames? _names;

    private FieldWriterFactory(DataViewRow row, DataViewSchema.Column column, EventField field)
    {
        _row = row;
        _column = column;
        _field = field;
        _names = field.CodeNames is null ? null : new CodeNames(field.CodeNames);
    }

    public static FieldWriter Create(DataViewRow row, DataViewSchema.Column column, EventField field) => new FieldWriterFactory(row, column, field).Create();

    private FieldWriter Create()
    {
        DataViewType item = ((VectorDataViewType)_column.Type).ItemType;
        return item switch
        {
            TextDataViewType => Writer<ReadOnlyMemory<char>>((text, value) => AppendText(text, value.Span)),
            BooleanDataViewType => Writer<bool>((text, value) => AppendText(text, value ? "yes" : "no")),
            DateTimeDataViewType when _field.Kind == EventFieldKind.Time => TimeWriter<DateTime>(Ticks),
            DateTimeDataViewType => Writer<DateTime>(AppendDate),
            DateTimeOffsetDataViewType when _field.Kind == EventFieldKind.Time => TimeWriter<DateTimeOffset>(OffsetTicks()),
            DateTimeOffsetDataViewType => Writer<DateTimeOffset>((text, value) => AppendDate(text, value.DateTime)),
            TimeSpanDataViewType when _field.Kind == EventFieldKind.Time => TimeWriter<TimeSpan>(value => value.Ticks),
            TimeSpanDataViewType => Writer<TimeSpan>((text, value) => text.Append(value, "c")),
            KeyDataViewType => (FieldWriter)CreateKeyMethod.MakeGenericMethod(item.RawType).Invoke(this, null)!,
            _ => (FieldWriter)CreateNumberMethod.MakeGenericMethod(item.RawType).Invoke(this, null)!,
        };
    }

    private FieldWriter CreateNumber<T>() where T : struct, INumber<T>
    {
        if (_field.Kind == EventFieldKind.Time)
        {
            double ticksPerUnit = TicksPerUnit(_field.TimeUnit);
            return TimeWriter<T>(value => NumberTicks(double.CreateChecked(value), ticksPerUnit));
        }

        bool isWhole = typeof(T) != typeof(float) && typeof(T) != typeof(double);
        if (_names is { } names) return Writer<T>((text, value) => AppendCode(text, names, value));
        return isWhole
            ? Writer<T>((text, value) => text.Append(value))
            : Writer<T>((text, value) => NumberText.Append(text, double.CreateChecked(value), _field.Decimals));
    }

    /// <summary>A key is written by what it stands for where the column tells, else by its number; a missing one (0) as nothing.</summary>
    private FieldWriter<T> CreateKey<T>() where T : struct, INumber<T>
    {
        string[] names = KeyNames.Of(_column);
        return Writer<T>((text, value) =>
        {
            ulong key = ulong.CreateChecked(value);
            if (key == 0) return;
            if (key <= (ulong)names.Length) AppendText(text, names[key - 1]);
            else if (_names is null) text.Append(key);
            else AppendCode(text, _names, key);
        });
    }

    private FieldWriter<T> Writer<T>(Action<TextBuffer, T> append) => new(_row.GetGetter<VBuffer<T>>(_column), append);

    private TimeFieldWriter<T> TimeWriter<T>(Func<T, long> toTicks) => new(_row.GetGetter<VBuffer<T>>(_column), _field.TimeFormat, toTicks);

    private void AppendText(TextBuffer text, ReadOnlySpan<char> value)
    {
        if (_names is null) EventTable.AppendValue(text, value);
        else _names.Append(text, value);
    }

    private static void AppendCode<T>(TextBuffer text, CodeNames names, T value) where T : struct, INumber<T>
    {
        if (T.IsNaN(value)) return;

        if (T.IsInteger(value) && value >= T.CreateSaturating(long.MinValue) && value <= T.CreateSaturating(long.MaxValue)) names.Append(text, long.CreateSaturating(value));
        else names.Append(text, value.ToString(null, CultureInfo.InvariantCulture));
    }

    private static void AppendDate(TextBuffer text, DateTime value)
    {
        if (value == default) return;

        text.Append(value, value.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm");
    }

    /// <summary>ML.NET's text loader makes the first of all dates of one that it cannot read.</summary>
    private static long Ticks(DateTime value) => value == default ? TimeFieldWriter<DateTime>.Missing : value.Ticks;

    private long NumberTicks(double value, double ticksPerUnit)
    {
        if (double.IsNaN(value)) return TimeFieldWriter<double>.Missing;

        double ticks = value * ticksPerUnit;
        return Math.Abs(ticks) <= MostTicks
            ? (long)Math.Round(ticks)
            : throw new InvalidOperationException($"'{_column.Name}' has the time {value:R} {_field.TimeUnit}, which is more than 10,000 years. Choose the TimeUnit that it counts.");
    }

    /// <summary>A date is that of the place; a gap is between moments.</summary>
    private Func<DateTimeOffset, long> OffsetTicks() => _field.TimeFormat is TimeFormat.Date or TimeFormat.DateAndTime
        ? value => Ticks(value.DateTime)
        : value => Ticks(value.UtcDateTime);

    private static double TicksPerUnit(TimeUnit unit) => unit switch
    {
        TimeUnit.Milliseconds => TimeSpan.TicksPerMillisecond,
        TimeUnit.Seconds => TimeSpan.TicksPerSecond,
        TimeUnit.Minutes => TimeSpan.TicksPerMinute,
        TimeUnit.Hours => TimeSpan.TicksPerHour,
        _ => TimeSpan.TicksPerDay,
    };
}
