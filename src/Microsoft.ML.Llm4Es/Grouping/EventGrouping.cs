using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>Makes one row of each entity's events: entities in the order in which they come first, events in order of time.</summary>
internal sealed class EventGrouping
{
    private readonly GroupEventsOptions _options;
    private readonly DataViewSchema.Column _key;
    private readonly DataViewSchema.Column? _time;
    private readonly DataViewSchema.Column[] _columns;
    private readonly HashSet<string> _constants;

    public EventGrouping(DataViewSchema schema, GroupEventsOptions options)
    {
        _options = options;
        _key = Find(schema, options.Key, "key");
        _time = options.Time is { } time ? Find(schema, time, "time") : null;
        _constants = [.. options.Constants.Select(name => Find(schema, name, "constant").Name)];
        _columns = [_key, .. schema.Where(column => !column.IsHidden && column.Index != _key.Index)];
        foreach (DataViewSchema.Column column in _columns)
        {
            if (column.Type is not PrimitiveDataViewType)
                throw new ArgumentException($"The column '{column.Name}' is of type {column.Type}; an event has one value in each column. Drop the column, or split it into scalars.");
        }
    }

    public (MemoryView View, int Events, int Entities) Group(IDataView events)
    {
        ColumnValues[] values = Read(events, out int count);
        PrimitiveDataViewType[] types = [.. _columns.Select(column => (PrimitiveDataViewType)column.Type)];
        int timeIndex = _time is { } time ? Array.FindIndex(_columns, column => column.Index == time.Index) : -1;
        if (timeIndex >= 0 && values[timeIndex] is TextColumnValues texts) (values[timeIndex], types[timeIndex]) = texts.ParseTimes(_options.Time!);
        CheckPresent(values[0], count, _options.Key, "entity");
        if (timeIndex >= 0) CheckPresent(values[timeIndex], count, _options.Time!, "time");

        int[] entityOf = values[0].Distinct(out int entities);
        int[] starts = Starts(entityOf, entities);
        int[] order = Order(entityOf, starts, timeIndex >= 0 ? values[timeIndex] : null);
        int[] first = [.. starts.Take(entities).Select(start => order[start])];

        var builder = new DataViewSchema.Builder();
        var columns = new MemoryColumn[_columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            bool scalar = i == 0 || _constants.Contains(_columns[i].Name);
            if (scalar) CheckConstant(values[0], values[i], order, starts, _columns[i].Name);
            columns[i] = scalar ? values[i].ToScalars(first) : values[i].ToVectors(order, starts);
            builder.AddColumn(_columns[i].Name, scalar ? types[i] : new VectorDataViewType(types[i]), Annotations(_columns[i], types[i], i == timeIndex));
        }

        return (new MemoryView(builder.ToSchema(), columns, entities), count, entities);
    }

    private ColumnValues[] Read(IDataView events, out int count)
    {
        using DataViewRowCursor cursor = events.GetRowCursor(_columns);
        ColumnValues[] values = [.. _columns.Select(column => ColumnValues.Create(cursor, column))];
        for (count = 0; cursor.MoveNext(); count++)
        {
            foreach (ColumnValues column in values) column.Read();
        }

        return count > 0 ? values : throw new InvalidDataException("There are no events: the data has no rows.");
    }

    /// <summary>Where each entity's events begin, and after the last where they end.</summary>
    private static int[] Starts(int[] entityOf, int entities)
    {
        int[] starts = new int[entities + 1];
        foreach (int entity in entityOf) starts[entity + 1]++;
        for (int entity = 0; entity < entities; entity++) starts[entity + 1] += starts[entity];
        return starts;
    }

    /// <summary>The rows of events, entity by entity, in order of time; events of the same time in the order in which they came.</summary>
    private static int[] Order(int[] entityOf, int[] starts, ColumnValues? times)
    {
        int[] next = [.. starts];
        int[] order = new int[entityOf.Length];
        for (int row = 0; row < order.Length; row++) order[next[entityOf[row]]++] = row;
        if (times is null) return order;

        Comparison<int> byTime = (a, b) => times.Compare(a, b) is var compared && compared != 0 ? compared : a.CompareTo(b);
        for (int entity = 0; entity < starts.Length - 1; entity++) order.AsSpan(starts[entity]..starts[entity + 1]).Sort(byTime);
        return order;
    }

    private static void CheckPresent(ColumnValues values, int count, string column, string what)
    {
        for (int row = 0; row < count; row++)
        {
            if (values.IsMissing(row))
                throw new InvalidDataException($"Row {row + 1} of the events has no {what}: '{column}' is empty or could not be read. Correct the row or leave it out.");
        }
    }

    private static void CheckConstant(ColumnValues keys, ColumnValues values, int[] order, int[] starts, string column)
    {
        for (int entity = 0; entity < starts.Length - 1; entity++)
        {
            int first = order[starts[entity]];
            foreach (int row in order.AsSpan(starts[entity]..starts[entity + 1]))
            {
                if (values.AreEqual(first, row)) continue;
                throw new InvalidDataException(
                    $"'{column}' was named as constant, but the events of '{keys.Text(first)}' have both '{values.Text(first)}' and '{values.Text(row)}'. " +
                    "Leave it out of Constants to get a vector.");
            }
        }
    }

    /// <summary>What the column tells of itself, such as the values of keys, and which column is the time.</summary>
    private static DataViewSchema.Annotations Annotations(DataViewSchema.Column column, PrimitiveDataViewType type, bool isTime)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (type is KeyDataViewType) builder.Add(column.Annotations, _ => true);
        if (isTime) builder.Add(EventTimeAnnotation.Kind, BooleanDataViewType.Instance, (ref bool value) => value = true);
        return builder.ToAnnotations();
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string name, string role) =>
        schema.GetColumnOrNull(name)
        ?? throw new ArgumentException($"The {role} column '{name}' was not found. The events have: {string.Join(", ", schema.Select(column => column.Name))}.");
}
