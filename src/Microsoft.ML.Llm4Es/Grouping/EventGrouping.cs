using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>Makes one row of each entity's events: entities in the order in which they come first, events in order of time.</summary>
/// <param name="columns">The columns that are read.</param>
/// <param name="within">How long after an entity's first event its events are kept; null for all of them.</param>
internal sealed class EventGrouping(EventColumns columns, double? within)
{
    public (MemoryView View, int Events, int Entities) Group(IDataView events)
    {
        ColumnValues[] values = Read(events, out int count);
        PrimitiveDataViewType[] types = [.. columns.All.Select(column => (PrimitiveDataViewType)column.Type)];
        CheckPresent(values[0], count, columns.All[0].Name, "entity");
        ColumnValues? times = null;
        if (columns.Time >= 0)
        {
            string time = columns.All[columns.Time].Name;
            CheckPresent(values[columns.Time], count, time, "time");
            if (values[columns.Time] is TextColumnValues texts) (values[columns.Time], types[columns.Time]) = texts.ParseTimes(time);
            times = values[columns.Time];
        }

        int[] entityOf = values[0].Distinct(out int entities);
        int[] starts = Starts(entityOf, entities);
        int[] order = Order(entityOf, starts, times);
        if (within is { } limit) (starts, order) = Cut(starts, order, times!, limit);
        return (CreateView(values, types, starts, order), order.Length, starts.Length - 1);
    }

    private ColumnValues[] Read(IDataView events, out int count)
    {
        using DataViewRowCursor cursor = events.GetRowCursor(columns.All);
        ColumnValues[] values = [.. columns.All.Select(column => ColumnValues.Create(cursor, column))];
        for (count = 0; cursor.MoveNext(); count++)
        {
            foreach (ColumnValues column in values) column.Read();
        }

        return count > 0 ? values : throw new InvalidDataException("There are no events: the data has no rows.");
    }

    private static void CheckPresent(ColumnValues values, int count, string column, string what)
    {
        for (int row = 0; row < count; row++)
        {
            if (!values.IsMissing(row)) continue;
            throw new InvalidDataException(
                $"Row {row + 1} of the events has no {what}: '{column}' is '{values.Text(row)}', which is missing or could not be read. Correct the row or leave it out.");
        }
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
        for (int entity = 0; entity < starts.Length - 1; entity++)
        {
            Span<int> rows = order.AsSpan(starts[entity]..starts[entity + 1]);
            if (!IsSorted(rows, byTime)) rows.Sort(byTime);
        }

        return order;
    }

    /// <summary>Keeps the events of each entity until some time after its first one; an entity without a later one goes.</summary>
    private static (int[] Starts, int[] Order) Cut(int[] starts, int[] order, ColumnValues times, double limit)
    {
        var keptStarts = new List<int> { 0 };
        var kept = new List<int>();
        double longest = 0;
        for (int entity = 0; entity < starts.Length - 1; entity++)
        {
            ReadOnlySpan<int> rows = order.AsSpan(starts[entity]..starts[entity + 1]);
            double span = times.Since(rows[^1], rows[0]);
            longest = Math.Max(longest, span);
            if (span <= limit) continue;
            foreach (int row in rows)
            {
                if (times.Since(row, rows[0]) <= limit) kept.Add(row);
            }

            keptStarts.Add(kept.Count);
        }

        return kept.Count > 0
            ? ([.. keptStarts], [.. kept])
            : throw new InvalidDataException($"No entity has an event later than {limit} after its first one; the longest goes on for {longest}. Choose a smaller {nameof(GroupEventsOptions.Within)}.");
    }

    private static bool IsSorted(ReadOnlySpan<int> rows, Comparison<int> comparison)
    {
        for (int i = 1; i < rows.Length; i++)
        {
            if (comparison(rows[i - 1], rows[i]) > 0) return false;
        }

        return true;
    }

    private MemoryView CreateView(ColumnValues[] values, PrimitiveDataViewType[] types, int[] starts, int[] order)
    {
        int entities = starts.Length - 1;
        int[] first = [.. starts.Take(entities).Select(start => order[start])];
        var builder = new DataViewSchema.Builder();
        var memory = new MemoryColumn[values.Length];
        ColumnValues keys = values[0];
        for (int i = 0; i < memory.Length; i++)
        {
            DataViewSchema.Column column = columns.All[i];
            bool constant = columns.IsConstant(i);
            if (constant) CheckConstant(keys, values[i], order, starts, column.Name);
            memory[i] = constant ? values[i].ToScalars(first) : values[i].ToVectors(order, starts);
            // What was read is not needed again: only one column is ever held twice.
            values[i] = null!;
            builder.AddColumn(column.Name, constant ? types[i] : new VectorDataViewType(types[i]), Annotations(column, types[i], isTime: i == columns.Time));
        }

        return new MemoryView(builder.ToSchema(), memory, entities);
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

    /// <summary>What the column tells of itself: the values of keys, and which column is the time.</summary>
    private static DataViewSchema.Annotations Annotations(DataViewSchema.Column column, PrimitiveDataViewType type, bool isTime)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (type is KeyDataViewType) builder.Add(column.Annotations, _ => true);
        if (isTime) builder.Add(EventTimeAnnotation.Kind, BooleanDataViewType.Instance, (ref bool value) => value = true);
        return builder.ToAnnotations();
    }
}
