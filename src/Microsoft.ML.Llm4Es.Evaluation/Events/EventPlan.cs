namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What fitting has learned of the events: which columns are read, and what values they have.</summary>
/// <param name="Fields">The columns, the one of the events' times among them.</param>
/// <param name="TimeField">The index in <paramref name="Fields"/> of the events' times; -1 where there are none.</param>
/// <param name="Origin">The earliest time, from which times are counted: as 32-bit floats, days since year 1 would lose the minutes.</param>
internal sealed record EventPlan(EventPlanField[] Fields, int TimeField, double Origin)
{
    public bool HasTime => TimeField >= 0;

    /// <summary>The index in <paramref name="schema"/> of each field's column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or of another kind than the one that was fitted on.</exception>
    public int[] FindColumns(DataViewSchema schema) =>
        Array.ConvertAll(Fields, field =>
        {
            DataViewSchema.Column column = EventColumn.Find(schema, EventField.Plain(field.Name));
            return EventValues.KindOf(column) == field.Kind
                ? column.Index
                : throw EventColumn.WrongType(column.Name, column.Type.ToString()!, $"a vector of the kind that the transformer was fitted on ({field.Kind})");
        });

    /// <summary>The readers of the fields' values, from columns that <see cref="FindColumns"/> has found.</summary>
    public static EventValues[] Readers(DataViewRow row, int[] columns) => Array.ConvertAll(columns, column => EventValues.Create(row, row.Schema[column]));

    /// <summary>What reads the fields of each row, one row after the other: the same object for all of them.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="create">Makes it of the fields' readers.</param>
    /// <param name="checkAlive">Throws where the work was cancelled.</param>
    public IEnumerable<T> ReadRows<T>(IDataView rows, Func<EventValues[], T> create, Action checkAlive)
    {
        int[] columns = FindColumns(rows.Schema);
        using DataViewRowCursor cursor = rows.GetRowCursor(columns.Select(column => rows.Schema[column]));
        T row = create(Readers(cursor, columns));
        while (cursor.MoveNext())
        {
            checkAlive();
            yield return row;
        }
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(TimeField);
        writer.Write(Origin);
        writer.Write(Fields.Length);
        foreach (EventPlanField field in Fields) field.Write(writer);
    }

    public static EventPlan Read(BinaryReader reader)
    {
        int timeField = reader.ReadInt32();
        double origin = reader.ReadDouble();
        var fields = new EventPlanField[reader.ReadInt32()];
        for (int i = 0; i < fields.Length; i++) fields[i] = EventPlanField.Read(reader);
        return new EventPlan(fields, timeField, origin);
    }
}
