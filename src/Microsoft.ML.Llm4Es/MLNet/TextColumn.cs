using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>Finds a scalar text column and says clearly when it is not there.</summary>
internal static class TextColumn
{
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name) ?? throw Missing(nameof(schema), name, schema.Select(c => c.Name));
        return column.Type is TextDataViewType ? column : throw WrongType(nameof(schema), name, column.Type.ToString()!);
    }

    public static SchemaShape.Column Find(SchemaShape shape, string name)
    {
        if (!shape.TryFind(name, out SchemaShape.Column column)) throw Missing(nameof(shape), name, shape.Select(c => c.Name));
        return column.Kind == SchemaShape.Column.VectorKind.Scalar && column.ItemType is TextDataViewType
            ? column
            : throw WrongType(nameof(shape), name, column.TypeText());
    }

    private static ArgumentOutOfRangeException Missing(string parameter, string name, IEnumerable<string> columns) =>
        new(parameter, $"The text column '{name}' was not found. The data has: {string.Join(", ", columns)}. " +
            "Make it with TextifyEvents, or name the column that holds the text.");

    private static ArgumentOutOfRangeException WrongType(string parameter, string name, string type) =>
        new(parameter, $"The column '{name}' is of type {type}; the embedder reads a scalar text column. " +
            "Make one from event columns with TextifyEvents.");
}
