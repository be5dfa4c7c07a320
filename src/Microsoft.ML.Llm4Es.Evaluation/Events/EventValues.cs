using System.Globalization;
using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The values that one event column has in the current row, whatever its type.</summary>
internal abstract class EventValues
{
    /// <summary>How many events the row has.</summary>
    public abstract int Count { get; }

    /// <summary>Reads the row's values.</summary>
    public abstract void Read();

    /// <summary>The value of an event as a number; NaN where it is missing. Not for a <see cref="EventValueKind.Category"/>.</summary>
    public abstract double Number(int index);

    /// <summary>The date and time of an event. Only for a <see cref="EventValueKind.Moment"/>.</summary>
    public virtual DateTime Moment(int index) => throw new InvalidOperationException("The column holds no moments.");

    /// <summary>The value of an event as text, which stays valid until the next call.</summary>
    public abstract ReadOnlySpan<char> Category(int index);

    /// <summary>Reads the row's values of all fields.</summary>
    /// <exception cref="InvalidDataException">The fields have values for different numbers of events.</exception>
    public static void ReadAll(EventValues[] fields, EventPlan plan)
    {
        for (int f = 0; f < fields.Length; f++)
        {
            fields[f].Read();
            if (fields[f].Count == fields[0].Count) continue;
            throw new InvalidDataException($"A row has {fields[0].Count} values in '{plan.Fields[0].Name}' but {fields[f].Count} in '{plan.Fields[f].Name}'; " +
                "each event needs one value in every field.");
        }
    }

    public static EventValueKind KindOf(DataViewSchema.Column column) => ((VectorDataViewType)column.Type).ItemType switch
    {
        TextDataViewType or KeyDataViewType => EventValueKind.Category,
        NumberDataViewType or BooleanDataViewType or TimeSpanDataViewType => EventValueKind.Number,
        DateTimeDataViewType or DateTimeOffsetDataViewType => EventValueKind.Moment,
        _ => throw EventColumn.WrongType(column.Name, column.Type.ToString()!, "a vector of text, boolean, number, date, duration or key"),
    };

    public static EventValues Create(DataViewRow row, DataViewSchema.Column column)
    {
        Type item = ((VectorDataViewType)column.Type).ItemType.RawType;
        return item switch
        {
            _ when item == typeof(ReadOnlyMemory<char>) => new TextValues(row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column)),
            _ when item == typeof(bool) => new NumberValues<bool>(row.GetGetter<VBuffer<bool>>(column), value => value ? 1 : 0),
            _ when item == typeof(TimeSpan) => new NumberValues<TimeSpan>(row.GetGetter<VBuffer<TimeSpan>>(column), value => value.TotalDays),
            _ when item == typeof(DateTime) => new MomentValues<DateTime>(row.GetGetter<VBuffer<DateTime>>(column), value => value),
            _ when item == typeof(DateTimeOffset) => new MomentValues<DateTimeOffset>(row.GetGetter<VBuffer<DateTimeOffset>>(column), value => value.DateTime),
            _ when item == typeof(float) => Numbers<float>(row, column),
            _ when item == typeof(double) => Numbers<double>(row, column),
            _ when item == typeof(sbyte) => Numbers<sbyte>(row, column),
            _ when item == typeof(byte) => Numbers<byte>(row, column),
            _ when item == typeof(short) => Numbers<short>(row, column),
            _ when item == typeof(ushort) => Numbers<ushort>(row, column),
            _ when item == typeof(int) => Numbers<int>(row, column),
            _ when item == typeof(uint) => Numbers<uint>(row, column),
            _ when item == typeof(long) => Numbers<long>(row, column),
            _ when item == typeof(ulong) => Numbers<ulong>(row, column),
            _ => throw EventColumn.WrongType(column.Name, column.Type.ToString()!, "a vector of text, boolean, number, date, duration or key"),
        };
    }

    private static NumberValues<T> Numbers<T>(DataViewRow row, DataViewSchema.Column column) where T : INumberBase<T> =>
        new(row.GetGetter<VBuffer<T>>(column), double.CreateChecked);

    private sealed class TextValues(ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter) : EventValues
    {
        private readonly RowValues<ReadOnlyMemory<char>> _values = new(getter);

        public override int Count => _values.Count;

        public override void Read() => _values.Read();

        public override double Number(int index) => double.NaN;

        public override ReadOnlySpan<char> Category(int index) => _values[index].Span;
    }

    private class NumberValues<T>(ValueGetter<VBuffer<T>> getter, Func<T, double> toNumber) : EventValues
    {
        private readonly char[] _text = new char[32];

        protected RowValues<T> Values { get; } = new(getter);

        public override int Count => Values.Count;

        public override void Read() => Values.Read();

        public override double Number(int index) => toNumber(Values[index]);

        public override ReadOnlySpan<char> Category(int index)
        {
            double number = Number(index);
            if (double.IsNaN(number)) return "";
            number.TryFormat(_text, out int written, default, CultureInfo.InvariantCulture);
            return _text.AsSpan(0, written);
        }
    }

    private sealed class MomentValues<T>(ValueGetter<VBuffer<T>> getter, Func<T, DateTime> toMoment)
        : NumberValues<T>(getter, value => (double)toMoment(value).Ticks / TimeSpan.TicksPerDay)
    {
        public override DateTime Moment(int index) => toMoment(Values[index]);
    }
}
