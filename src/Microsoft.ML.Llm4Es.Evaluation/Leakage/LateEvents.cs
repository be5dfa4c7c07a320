using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Finds events that lie after the time as of which the label is to be predicted.</summary>
internal static class LateEvents
{
    /// <exception cref="ArgumentException">There is no such column, no event time, or the two are not both dates or both numbers.</exception>
    /// <exception cref="InvalidDataException">The label's time is a text that is no date.</exception>
    public static IEnumerable<string> Find(IDataView entities, string labelTime)
    {
        DataViewSchema.Column events = FindEventTimes(entities.Schema);
        DataViewSchema.Column label = entities.Schema.GetColumnOrNull(labelTime)
            ?? throw new ArgumentException($"There is no column '{labelTime}'. The data has: {string.Join(", ", entities.Schema.Select(c => c.Name))}.", nameof(labelTime));

        long late = 0, lateEntities = 0, unknown = 0;
        using DataViewRowCursor cursor = entities.GetRowCursor([events, label]);
        EventValues times = EventValues.Create(cursor, events);
        Func<double> until = ScalarTime(cursor, label, EventValues.KindOf(events));
        while (cursor.MoveNext())
        {
            times.Read();
            double limit = until();
            if (double.IsNaN(limit)) unknown++;
            int count = Enumerable.Range(0, times.Count).Count(i => times.Number(i) > limit);
            late += count;
            if (count > 0) lateEntities++;
        }

        if (late > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{late:N0} events of {lateEntities:N0} entities lie after '{labelTime}', when the label is to be predicted. Leave them out.");
        if (unknown > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"'{labelTime}' is missing in {unknown:N0} entities, so it is not known whether events of theirs lie after it.");
    }

    private static DataViewSchema.Column FindEventTimes(DataViewSchema schema)
    {
        DataViewSchema.Column[] columns = [.. schema.Where(column => column.Type is VectorDataViewType vector && EventColumn.MayBeWritten(vector.ItemType))];
        DataViewSchema.Column[] times = [.. columns.Where(EventTimeAnnotation.IsOn), .. columns.Where(column => EventValues.KindOf(column) == EventValueKind.Moment)];
        return times.Length > 0
            ? times[0]
            : throw new ArgumentException("The events have no time to compare the label's time with. Name it in mlContext.Data.GroupEvents.", nameof(schema));
    }

    /// <summary>The current row's time in the unit in which <see cref="EventValues.Number"/> gives the events'; NaN where it is missing.</summary>
    private static Func<double> ScalarTime(DataViewRow row, DataViewSchema.Column column, EventValueKind events) => column.Type switch
    {
        DateTimeDataViewType when events == EventValueKind.Moment => Read<DateTime>(row, column, Days),
        DateTimeOffsetDataViewType when events == EventValueKind.Moment => Read<DateTimeOffset>(row, column, time => Days(time.DateTime)),
        // A column of dates of which some are missing is read from a file as text.
        TextDataViewType when events == EventValueKind.Moment => Read<ReadOnlyMemory<char>>(row, column, text => text.IsEmpty ? double.NaN : Days(ParseDate(text.ToString(), column.Name))),
        TimeSpanDataViewType when events == EventValueKind.Number => Read<TimeSpan>(row, column, time => time.TotalDays),
        NumberDataViewType { RawType: Type type } when events == EventValueKind.Number && type == typeof(float) => Read<float>(row, column, number => number),
        NumberDataViewType { RawType: Type type } when events == EventValueKind.Number && type == typeof(double) => Read<double>(row, column, number => number),
        NumberDataViewType { RawType: Type type } when events == EventValueKind.Number && type == typeof(int) => Read<int>(row, column, number => number),
        NumberDataViewType { RawType: Type type } when events == EventValueKind.Number && type == typeof(long) => Read<long>(row, column, number => number),
        _ => throw new ArgumentException($"The label's time '{column.Name}' is of type {column.Type}; expected are {(events == EventValueKind.Moment ? "dates" : "numbers")}, as the events' times are.", nameof(column)),
    };

    /// <remarks>ML.NET has the default for a date that is missing.</remarks>
    private static double Days(DateTime time) => time == default ? double.NaN : (double)time.Ticks / TimeSpan.TicksPerDay;

    private static DateTime ParseDate(string text, string column) => TimeText.TryParseDate(text, out DateTime time)
        ? time
        : throw new InvalidDataException($"The label's time '{column}' is '{text}' in a row; a date such as 2024-03-31 14:05:00 (ISO 8601) is expected, or nothing where it is not known.");

    private static Func<double> Read<T>(DataViewRow row, DataViewSchema.Column column, Func<T, double> toNumber)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return toNumber(value);
        };
    }
}
