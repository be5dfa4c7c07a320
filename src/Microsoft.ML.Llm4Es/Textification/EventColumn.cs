using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>Finds a field's vector column and says clearly when it is not there or of a type that the field cannot write.</summary>
internal static class EventColumn
{
    public static DataViewSchema.Column Find(DataViewSchema schema, EventField field)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(field.Column)
            ?? throw Missing(field, schema.Where(c => !c.IsHidden && c.Type is VectorDataViewType).Select(c => c.Name));
        Check(field, (column.Type as VectorDataViewType)?.ItemType, column.Type is VectorDataViewType { ItemType: KeyDataViewType }, column.Type.ToString()!);
        return column;
    }

    public static void Check(SchemaShape shape, EventField field)
    {
        if (!shape.TryFind(field.Column, out SchemaShape.Column column))
            throw Missing(field, shape.Where(c => c.Kind != SchemaShape.Column.VectorKind.Scalar).Select(c => c.Name));
        Check(field, column.Kind == SchemaShape.Column.VectorKind.Scalar ? null : column.ItemType, column.IsKey, column.TypeText());
    }

    /// <summary>Whether events can have values of the type.</summary>
    public static bool MayBeWritten(DataViewType item) =>
        item is TextDataViewType or BooleanDataViewType or NumberDataViewType or KeyDataViewType or DateTimeDataViewType or DateTimeOffsetDataViewType or TimeSpanDataViewType;

    private static void Check(EventField field, DataViewType? item, bool isKey, string type)
    {
        if (item is null) throw WrongType(field.Column, type, "a vector with a value for each event, such as mlContext.Data.GroupEvents makes");

        bool isNumber = item is NumberDataViewType && !isKey;
        bool isDate = item is DateTimeDataViewType or DateTimeOffsetDataViewType;
        switch (field.Kind)
        {
            case EventFieldKind.Number when !isNumber:
                throw WrongType(field.Column, type, "a vector of numbers; write it with EventField.Text");
            case EventFieldKind.Code when !(isNumber || isKey || item is TextDataViewType or KeyDataViewType or BooleanDataViewType):
                throw WrongType(field.Column, type, "a vector of codes: text, numbers, booleans or keys");
            case EventFieldKind.Time when field.TimeFormat is TimeFormat.Date or TimeFormat.DateAndTime && !isDate:
                throw WrongType(field.Column, type, "a vector of DateTime or DateTimeOffset, to be written as a date; choose TimeFormat.Gap or TimeFormat.Days");
            case EventFieldKind.Time when !(isNumber || isDate || item is TimeSpanDataViewType):
                throw WrongType(field.Column, type, "a vector of DateTime, DateTimeOffset, TimeSpan or numbers, to be written as a time");
            case EventFieldKind.Plain when !MayBeWritten(item):
                throw WrongType(field.Column, type, "a vector of text, booleans, numbers, dates, durations or keys");
        }
    }

    public static ArgumentOutOfRangeException WrongType(string column, string type, string expected) =>
        new(nameof(column), $"The event column '{column}' is of type {type}; expected is {expected}.");

    private static ArgumentOutOfRangeException Missing(EventField field, IEnumerable<string> columns) =>
        new(nameof(field), $"The event column '{field.Column}' was not found. The data has these vector columns: {string.Join(", ", columns)}.");
}
