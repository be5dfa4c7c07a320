using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>Adds the columns of a table with a row for each entity to the rows of entities, by key.</summary>
internal static class EntityJoin
{
    private const int Examples = 10;

    public static (IDataView View, EntityMatch Match) Join(IDataView entities, IDataView table, string key, string tableKey)
    {
        DataViewSchema.Column entityKey = Find(entities.Schema, key, "entities"), rowKey = Find(table.Schema, tableKey, "table");
        DataViewSchema.Column[] added = [.. table.Schema.Where(column => !column.IsHidden && column.Index != rowKey.Index)];
        foreach (DataViewSchema.Column column in added) CheckNew(entities.Schema, column);

        ColumnValues keys = ReadKeys(table, rowKey, out int rows);
        var rowOf = new Dictionary<string, int>();
        for (int row = 0; row < rows; row++)
        {
            if (!rowOf.TryAdd(keys.Text(row), row))
                throw new InvalidDataException($"The table has '{keys.Text(row)}' in '{tableKey}' twice, in rows {rowOf[keys.Text(row)] + 1} and {row + 1}; one row for each entity is expected.");
        }

        int?[] matches = Match(entities, entityKey, rowOf, out List<string> withoutRow);
        HashSet<int> used = [.. matches.OfType<int>()];
        string[] withoutEvents = [.. Enumerable.Range(0, rows).Where(row => !used.Contains(row)).Take(Examples).Select(keys.Text)];
        var match = new EntityMatch(matches.Length, rows, used.Count, withoutRow, withoutEvents);
        return (new JoinedView(entities, added, ReadColumns(table, added, matches), matches), match);
    }

    private static ColumnValues ReadKeys(IDataView view, DataViewSchema.Column key, out int rows)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([key]);
        ColumnValues keys = ColumnValues.Create(cursor, key);
        for (rows = 0; cursor.MoveNext(); rows++) keys.Read();
        return keys;
    }

    /// <summary>The table's row of each entity; null where there is none. Keys are compared as text, so that 17 finds "17".</summary>
    private static int?[] Match(IDataView entities, DataViewSchema.Column key, Dictionary<string, int> rowOf, out List<string> withoutRow)
    {
        ColumnValues keys = ReadKeys(entities, key, out int count);
        var matches = new int?[count];
        withoutRow = [];
        for (int i = 0; i < count; i++)
        {
            if (rowOf.TryGetValue(keys.Text(i), out int row)) matches[i] = row;
            else if (withoutRow.Count < Examples) withoutRow.Add(keys.Text(i));
        }

        return matches;
    }

    /// <summary>The table's columns, a value for each entity that found its row.</summary>
    private static MemoryColumn[] ReadColumns(IDataView table, DataViewSchema.Column[] columns, int?[] matches)
    {
        using DataViewRowCursor cursor = table.GetRowCursor(columns);
        ColumnValues[] values = [.. columns.Select(column => ColumnValues.Create(cursor, column))];
        while (cursor.MoveNext())
        {
            foreach (ColumnValues column in values) column.Read();
        }

        int[] rows = [.. matches.OfType<int>()];
        return [.. values.Select(column => column.ToScalars(rows))];
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string name, string what)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name)
            ?? throw new ArgumentException($"The key column '{name}' was not found. The {what} have: {string.Join(", ", schema.Select(c => c.Name))}.");
        return column.Type switch
        {
            KeyDataViewType => throw new ArgumentException($"The column '{name}' of the {what} is of a key type, whose numbers mean something else in each data view. Map it to its values first (MapKeyToValue)."),
            PrimitiveDataViewType => column,
            _ => throw new ArgumentException($"The key column '{name}' of the {what} is of type {column.Type}; a scalar is expected."),
        };
    }

    private static void CheckNew(DataViewSchema entities, DataViewSchema.Column column)
    {
        if (entities.GetColumnOrNull(column.Name) is not null)
            throw new ArgumentException($"Entities and table both have a column '{column.Name}'. Rename or drop one of them.");
        if (column.Type is not PrimitiveDataViewType)
            throw new ArgumentException($"The table's column '{column.Name}' is of type {column.Type}; scalars are expected. Drop the column.");
    }
}
