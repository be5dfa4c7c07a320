using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>Makes the writer of a field for a row, by the column's type and the field's kind; says clearly what does not fit.</summary>
internal static class FieldWriterFactory
{
    private static readonly DateTime Origin = DateTime.UnixEpoch;

    public static FieldWriter Create(DataViewRow row, DataViewSchema.Column column, EventField field)
    {
        DataViewType item = ((VectorDataViewType)column.Type).ItemType;
        if (field.Kind == EventFieldKind.Time) return CreateTime(row, column, item, field);
        if (item is KeyDataViewType key) return CreateKey(row, column, key, field);

        return item switch
        {
            TextDataViewType => Writer<ReadOnlyMemory<char>>((text, value) => AppendText(text, value.Span)),
            BooleanDataViewType => Writer<bool>((text, value) => AppendText(text, value ? "yes" : "no")),
            DateTimeDataViewType => Writer<DateTime>((text, value) => AppendText(text, value.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture))),
            DateTimeOffsetDataViewType => Writer<DateTimeOffset>((text, value) => AppendText(text, value.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture))),
            TimeSpanDataViewType => Writer<TimeSpan>((text, value) => AppendText(text, value.ToString("c", CultureInfo.InvariantCulture))),
            NumberDataViewType when item.RawType == typeof(float) => Writer<float>((text, value) => AppendNumber(text, value)),
            NumberDataViewType when item.RawType == typeof(double) => Writer<double>(AppendNumber),
            NumberDataViewType when item.RawType == typeof(sbyte) => Writer<sbyte>((text, value) => AppendInteger(text, value)),
            NumberDataViewType when item.RawType == typeof(byte) => Writer<byte>((text, value) => AppendInteger(text, value)),
            NumberDataViewType when item.RawType == typeof(short) => Writer<short>((text, value) => AppendInteger(text, value)),
            NumberDataViewType when item.RawType == typeof(ushort) => Writer<ushort>((text, value) => AppendInteger(text, value)),
            NumberDataViewType when item.RawType == typeof(int) => Writer<int>((text, value) => AppendInteger(text, value)),
            NumberDataViewType when item.RawType == typeof(uint) => Writer<uint>((text, value) => AppendInteger(text, value)),
            NumberDataViewType when item.RawType == typeof(long) => Writer<long>((text, value) => AppendInteger(text, value)),
            NumberDataViewType when item.RawType == typeof(ulong) => Writer<ulong>((text, value) => AppendInteger(text, value)),
            _ => throw EventColumn.WrongType(column.Name, column.Type.ToString()!, "text, boolean, number, date, duration or key"),
        };

        FieldWriter<T> Writer<T>(Action<StringBuilder, T> append) => new(row.GetGetter<VBuffer<T>>(column), append);

        void AppendText(StringBuilder text, ReadOnlySpan<char> value) => EventTable.AppendValue(text, Named(field, value));

        void AppendNumber(StringBuilder text, double value)
        {
            if (field.Kind != EventFieldKind.Code) NumberText.Append(text, value, field.Decimals);
            else if (!double.IsNaN(value)) AppendText(text, value.ToString(CultureInfo.InvariantCulture));
        }

        void AppendInteger(StringBuilder text, IFormattable value) => AppendText(text, value.ToString(null, CultureInfo.InvariantCulture));
    }

    private static ReadOnlySpan<char> Named(EventField field, ReadOnlySpan<char> code) =>
        field.CodeNames is not null && field.CodeNames.TryGetValue(code.ToString(), out string? name) ? name : code;

    private static FieldWriter CreateTime(DataViewRow row, DataViewSchema.Column column, DataViewType item, EventField field)
    {
        double unitsPerDay = field.TimeUnit switch { TimeUnit.Seconds => 86_400, TimeUnit.Minutes => 1_440, TimeUnit.Hours => 24, _ => 1 };
        bool isDate = item is DateTimeDataViewType or DateTimeOffsetDataViewType;
        if (!isDate && field.TimeFormat is TimeFormat.Date or TimeFormat.DateAndTime)
            throw EventColumn.WrongType(column.Name, column.Type.ToString()!, "DateTime or DateTimeOffset, to be written as a date; choose TimeFormat.Gap or TimeFormat.Days");

        return item switch
        {
            DateTimeDataViewType => Writer<DateTime>(value => (value - Origin).TotalDays),
            DateTimeOffsetDataViewType => Writer<DateTimeOffset>(value => (value.DateTime - Origin).TotalDays),
            TimeSpanDataViewType => Writer<TimeSpan>(value => value.TotalDays),
            NumberDataViewType when item.RawType == typeof(float) => Writer<float>(value => value / unitsPerDay),
            NumberDataViewType when item.RawType == typeof(double) => Writer<double>(value => value / unitsPerDay),
            NumberDataViewType when item.RawType == typeof(sbyte) => Writer<sbyte>(value => value / unitsPerDay),
            NumberDataViewType when item.RawType == typeof(byte) => Writer<byte>(value => value / unitsPerDay),
            NumberDataViewType when item.RawType == typeof(short) => Writer<short>(value => value / unitsPerDay),
            NumberDataViewType when item.RawType == typeof(ushort) => Writer<ushort>(value => value / unitsPerDay),
            NumberDataViewType when item.RawType == typeof(int) => Writer<int>(value => value / unitsPerDay),
            NumberDataViewType when item.RawType == typeof(uint) => Writer<uint>(value => value / unitsPerDay),
            NumberDataViewType when item.RawType == typeof(long) => Writer<long>(value => value / unitsPerDay),
            NumberDataViewType when item.RawType == typeof(ulong) => Writer<ulong>(value => value / unitsPerDay),
            _ => throw EventColumn.WrongType(column.Name, column.Type.ToString()!, "DateTime, DateTimeOffset, TimeSpan or a number, to be written as a time"),
        };

        TimeFieldWriter<T> Writer<T>(Func<T, double> toDays) => new(row.GetGetter<VBuffer<T>>(column), field.TimeFormat, toDays);
    }

    /// <summary>A key is written by its value where the column has key values, else by its number; a missing one (0) as nothing.</summary>
    private static FieldWriter CreateKey(DataViewRow row, DataViewSchema.Column column, KeyDataViewType key, EventField field)
    {
        string[] names = KeyNames(column);
        MethodInfo create = typeof(FieldWriterFactory).GetMethod(nameof(CreateKeyOf), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(key.RawType);
        return (FieldWriter)create.Invoke(null, [row, column, field, names])!;
    }

    private static FieldWriter<T> CreateKeyOf<T>(DataViewRow row, DataViewSchema.Column column, EventField field, string[] names) where T : IConvertible =>
        new(row.GetGetter<VBuffer<T>>(column), (text, value) =>
        {
            ulong number = value.ToUInt64(CultureInfo.InvariantCulture);
            if (number == 0) return;
            string name = number <= (ulong)names.Length ? names[number - 1] : number.ToString(CultureInfo.InvariantCulture);
            EventTable.AppendValue(text, Named(field, name));
        });

    private static string[] KeyNames(DataViewSchema.Column column)
    {
        if (!column.HasKeyValues(TextDataViewType.Instance)) return [];

        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetKeyValues(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
