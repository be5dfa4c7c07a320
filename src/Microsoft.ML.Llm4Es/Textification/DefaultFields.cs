using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>The fields that are written where the options name none.</summary>
internal static class DefaultFields
{
    /// <summary>Every vector column that events can have, in order. The text of a name says what a time counts that is a number: minutes_from_admission.</summary>
    public static EventField[] Of(DataViewSchema schema)
    {
        EventField[] fields = [.. schema.Where(column => !column.IsHidden && column.Type is VectorDataViewType { ItemType: not RowIdDataViewType }).Select(Of)];
        return fields.Length > 0
            ? fields
            : throw new ArgumentException(
                $"There is no vector column to write as events. The data has: {string.Join(", ", schema.Select(c => $"{c.Name} ({c.Type})"))}. " +
                "Make one row of each entity's events with mlContext.Data.GroupEvents.", nameof(schema));
    }

    private static EventField Of(DataViewSchema.Column column)
    {
        DataViewType item = ((VectorDataViewType)column.Type).ItemType;
        if (item is DateTimeDataViewType or DateTimeOffsetDataViewType) return EventField.Time(column.Name);
        bool isTime = column.Annotations.Schema.GetColumnOrNull(EventTimeAnnotation.Kind) is not null;
        if (isTime && item is TimeSpanDataViewType) return EventField.Time(column.Name);
        return isTime && item is NumberDataViewType && UnitIn(column.Name) is { } unit
            ? EventField.Time(column.Name, unit: unit)
            : EventField.Plain(column.Name);
    }

    private static TimeUnit? UnitIn(string name)
    {
        foreach (string word in ReadableName.Of(name).Split(' '))
        {
            switch (word)
            {
                case "second" or "seconds" or "sec" or "secs" or "timestamp" or "unix": return TimeUnit.Seconds;
                case "minute" or "minutes" or "min" or "mins": return TimeUnit.Minutes;
                case "hour" or "hours": return TimeUnit.Hours;
                case "day" or "days": return TimeUnit.Days;
            }
        }

        return null;
    }
}
