using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>The fields that are written where the options name none.</summary>
internal static class DefaultFields
{
    /// <summary>Every vector column that events can have, in order.</summary>
    public static EventField[] Of(DataViewSchema schema, TimeFormat timeFormat, int? decimals)
    {
        EventField[] fields =
        [
            .. schema.Where(column => !column.IsHidden && column.Type is VectorDataViewType vector && EventColumn.MayBeWritten(vector.ItemType))
                .Select(column => Of(column, timeFormat, decimals)),
        ];
        return fields.Length > 0 ? fields : throw None(nameof(schema), schema.Select(column => $"{column.Name} ({column.Type})"));
    }

    /// <summary>Throws where <see cref="Of(DataViewSchema, TimeFormat, int?)"/> would find nothing to write.</summary>
    public static void Check(SchemaShape shape)
    {
        bool any = shape.Any(column => column.Kind != SchemaShape.Column.VectorKind.Scalar && EventColumn.MayBeWritten(column.ItemType));
        if (!any) throw None(nameof(shape), shape.Select(column => $"{column.Name} ({column.TypeText()})"));
    }

    private static ArgumentOutOfRangeException None(string parameter, IEnumerable<string> columns) =>
        new(parameter, $"There is no vector column to write as events. The data has: {string.Join(", ", columns)}. Make one row of each entity's events with mlContext.Data.GroupEvents.");

    /// <summary>A time that is a number needs a unit in its name; without, it is written as it is.</summary>
    private static EventField Of(DataViewSchema.Column column, TimeFormat timeFormat, int? decimals)
    {
        bool isNumber = ((VectorDataViewType)column.Type).ItemType is NumberDataViewType;
        if (!EventTimeAnnotation.IsOn(column)) return isNumber && decimals is not null ? EventField.Number(column.Name, decimals: decimals) : EventField.Plain(column.Name);
        if (!isNumber) return EventField.Time(column.Name, format: timeFormat);
        return UnitIn(column.Name) is { } unit ? EventField.Time(column.Name, "time", timeFormat, unit) : EventField.Plain(column.Name);
    }

    /// <summary>What a number counts by its name, such as minutes_from_admission.</summary>
    private static TimeUnit? UnitIn(string name)
    {
        foreach (string word in ReadableName.Of(name).Split(' '))
        {
            switch (word)
            {
                case "milliseconds": return TimeUnit.Milliseconds;
                case "second" or "seconds": return TimeUnit.Seconds;
                case "minute" or "minutes": return TimeUnit.Minutes;
                case "hour" or "hours": return TimeUnit.Hours;
                case "day" or "days": return TimeUnit.Days;
            }
        }

        return null;
    }
}
