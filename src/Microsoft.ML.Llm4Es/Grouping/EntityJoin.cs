using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>Adds the columns of a table with a row for each entity to the rows of entities, by key.</summary>
internal static class EntityJoin
{
    private const int Examples = 10;

    public static (IDataView View, EntityMatch Match) Join(IDataView entities, IDataView table, string key, string tableKey)
    {
        DataViewSchema.Column entityKey = EntityKey.Find(entities.Schema, key, "entities");
        DataViewSchema.Column rowKey = EntityKey.Find(table.Schema, tableKey, "table's rows");
        DataViewSchema.Column[] added = [.. table.Schema.Where(column => !column.IsHidden && column.Index != rowKey.Index)];
        foreach (DataViewSchema.Column column in added) CheckNew(entities.Schema, column);

        MemoryColumn[] columns = Read(table, rowKey, added, out Dictionary<string, int> rowOf);
        EntityMatch match = Match(entities, entityKey, rowOf);
        if (match is { Matched: 0, Entities: > 0 })
        {
            throw new InvalidDataException(
                $"No entity found its row: '{key}' of the entities is such as {Quote(match.EntitiesWithoutRowExamples)}, '{tableKey}' of the table such as " +
                $"{Quote(match.RowsWithoutEventsExamples)}. Name key columns that mean the same.");
        }

        return (new JoinedView(entities, entityKey, rowOf, added, columns, match.Matched), match);
    }

    /// <summary>Reads the table: its columns, and the row of each key.</summary>
    private static MemoryColumn[] Read(IDataView table, DataViewSchema.Column key, DataViewSchema.Column[] columns, out Dictionary<string, int> rowOf)
    {
        using DataViewRowCursor cursor = table.GetRowCursor([key, .. columns]);
        ColumnValues[] values = [.. columns.Select(column => ColumnValues.Create(cursor, column))];
        Func<string> readKey = EntityKey.CreateReader(cursor, key);
        rowOf = [];
        while (cursor.MoveNext())
        {
            string entity = readKey();
            int row = rowOf.Count;
            if (string.IsNullOrWhiteSpace(entity))
                throw new InvalidDataException($"Row {row + 1} of the table has no entity: '{key.Name}' is empty. Correct the row or leave it out.");
            if (!rowOf.TryAdd(entity, row))
                throw new InvalidDataException($"The table has '{entity}' in '{key.Name}' twice, in rows {rowOf[entity] + 1} and {row + 1}; one row for each entity is expected.");
            foreach (ColumnValues column in values) column.Read();
        }

        int[] all = [.. Enumerable.Range(0, rowOf.Count)];
        return [.. values.Select(column => column.ToScalars(all))];
    }

    private static EntityMatch Match(IDataView entities, DataViewSchema.Column key, Dictionary<string, int> rowOf)
    {
        using DataViewRowCursor cursor = entities.GetRowCursor([key]);
        Func<string> readKey = EntityKey.CreateReader(cursor, key);
        var withoutRow = new List<string>();
        var found = new HashSet<string>();
        int count = 0, matched = 0;
        for (; cursor.MoveNext(); count++)
        {
            string entity = readKey();
            if (rowOf.ContainsKey(entity))
            {
                matched++;
                found.Add(entity);
            }
            else if (withoutRow.Count < Examples)
            {
                withoutRow.Add(entity);
            }
        }

        string[] withoutEvents = [.. rowOf.Keys.Where(entity => !found.Contains(entity)).Take(Examples)];
        return new EntityMatch(count, rowOf.Count, matched, rowOf.Count - found.Count, withoutRow, withoutEvents);
    }

    private static void CheckNew(DataViewSchema entities, DataViewSchema.Column column)
    {
        if (entities.GetColumnOrNull(column.Name) is not null)
            throw new ArgumentException($"Entities and table both have a column '{column.Name}'. Rename or drop one of them.");
        if (column.Type is not PrimitiveDataViewType)
            throw new ArgumentException($"The table's column '{column.Name}' is of type {column.Type}; scalars are expected. Drop the column.");
    }

    private static string Quote(IReadOnlyList<string> examples) =>
        examples.Count == 0 ? "nothing (it has no rows)" : string.Join(", ", examples.Take(3).Select(example => $"'{example}'"));
}
