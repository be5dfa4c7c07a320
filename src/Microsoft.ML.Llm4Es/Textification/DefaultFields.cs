using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>The fields that are written where the options name none.</summary>
internal static class DefaultFields
{
    /// <summary>Every vector column that events can have, in order.</summary>
    public static EventField[] Of(DataViewSchema schema)
    {
        EventField[] fields = [.. schema.Where(column => !column.IsHidden && column.Type is VectorDataViewType vector && EventColumn.MayBeWritten(vector.ItemType)).Select(Of)];
        return fields.Length > 0
            ? fields
            : throw new ArgumentOutOfRangeException(
                nameof(schema),
                $"There is no vector column to write as events. The data has: {string.Join(", ", schema.Select(c => $"{c.Name} ({c.Type})"))}. " +
                "Make one row of each entity's events with mlContext.Data.GroupEvents.");
    }

    /// <summary>A time that is a date or a duration becomes gaps; one that is a number is written as it is: its name may say what it counts.</summary>
    private static EventField Of(DataViewSchema.Column column) =>
        EventTimeAnnotation.IsOn(column) && ((VectorDataViewType)column.Type).ItemType is DateTimeDataViewType or DateTimeOffsetDataViewType or TimeSpanDataViewType
            ? EventField.Time(column.Name)
            : EventField.Plain(column.Name);
}
