using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>Finds a vector column of events and says clearly when it is not there.</summary>
internal static class EventColumn
{
    public static DataViewSchema.Column Find(DataViewSchema schema, EventField field)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(field.Column)
            ?? throw Missing(nameof(schema), field.Column, schema.Where(c => c.Type is VectorDataViewType).Select(c => c.Name));
        return column.Type is VectorDataViewType ? column : throw WrongType(field.Column, column.Type.ToString()!, "a vector with a value for each event");
    }

    public static void Check(SchemaShape shape, EventField field)
    {
        if (!shape.TryFind(field.Column, out SchemaShape.Column column))
            throw Missing(nameof(shape), field.Column, shape.Where(c => c.Kind != SchemaShape.Column.VectorKind.Scalar).Select(c => c.Name));
        if (column.Kind == SchemaShape.Column.VectorKind.Scalar) throw WrongType(field.Column, column.TypeText(), "a vector with a value for each event");
    }

    public static ArgumentException WrongType(string name, string type, string expected) =>
        new($"The column '{name}' is of type {type}; expected is {expected}. Events become vectors with mlContext.Data.GroupEvents.");

    private static ArgumentOutOfRangeException Missing(string parameter, string name, IEnumerable<string> columns) =>
        new(parameter, $"The event column '{name}' was not found. The data has these vector columns: {string.Join(", ", columns)}.");
}
