using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Learns what an entity's events look like, in one pass over the rows: which columns there are, their time, and their most frequent values.</summary>
/// <param name="fields">The names of the columns; none for every vector column of variable length.</param>
/// <param name="maxTexts">How many values of a text field are kept at most.</param>
/// <param name="maxNumbers">A field of numbers with more distinct values than this has no categories.</param>
/// <param name="checkAlive">Throws where the work was cancelled.</param>
internal sealed class EventPlanLearner(IReadOnlyList<string> fields, int maxTexts, int maxNumbers, Action checkAlive)
{
    /// <summary>Appends a vector to the shape of rows, and checks that they have the columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type, or there is none.</exception>
    public static SchemaShape AppendVector(SchemaShape shape, IReadOnlyList<string> fields, string outputColumnName, SchemaShape? annotations = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        foreach (string field in fields) EventColumn.Check(shape, EventField.Plain(field));
        if (fields.Count == 0 && !shape.Any(column => column.Kind == SchemaShape.Column.VectorKind.VariableVector))
            throw NoEvents(nameof(shape), shape.Select(column => $"{column.Name} ({column.TypeText()})"));
        return shape.With(MLNetInternals.NewColumn(outputColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, annotations));
    }

    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or there is none.</exception>
    public EventPlan Learn(IDataView input)
    {
        DataViewSchema.Column[] columns = FindColumns(input.Schema);
        EventValueKind[] kinds = Array.ConvertAll(columns, EventValues.KindOf);
        CategoryCounter[] counters = Array.ConvertAll(kinds, kind => new CategoryCounter(kind, kind == EventValueKind.Number ? maxNumbers : maxTexts));
        int timeField = FindTime(columns, kinds);
        double origin = double.PositiveInfinity;

        using (DataViewRowCursor cursor = input.GetRowCursor(columns))
        {
            EventValues[] values = Array.ConvertAll(columns, column => EventValues.Create(cursor, column));
            while (cursor.MoveNext())
            {
                checkAlive();
                for (int f = 0; f < values.Length; f++)
                {
                    values[f].Read();
                    counters[f].Add(values[f]);
                }

                for (int i = 0; timeField >= 0 && i < values[timeField].Count; i++)
                    if (values[timeField].Number(i) < origin) origin = values[timeField].Number(i);
            }
        }

        EventPlanField[] learned = [.. columns.Select((column, f) => new EventPlanField(column.Name, kinds[f], counters[f].Categories(), counters[f].FrequentWords()))];
        return new EventPlan(learned, timeField, double.IsFinite(origin) ? origin : 0);
    }

    private DataViewSchema.Column[] FindColumns(DataViewSchema schema)
    {
        if (fields.Count > 0) return [.. fields.Select(field => EventColumn.Find(schema, EventField.Plain(field)))];

        DataViewSchema.Column[] columns = [.. schema.Where(column => !column.IsHidden && column.Type is VectorDataViewType { IsKnownSize: false })];
        return columns.Length > 0 ? columns : throw NoEvents(nameof(schema), schema.Select(column => $"{column.Name} ({column.Type})"));
    }

    private static ArgumentOutOfRangeException NoEvents(string parameter, IEnumerable<string> columns) =>
        new(parameter, $"There is no vector column of variable length to read events from. The data has: {string.Join(", ", columns)}. " +
            "Make one row of each entity's events with mlContext.Data.GroupEvents.");

    private static int FindTime(DataViewSchema.Column[] columns, EventValueKind[] kinds)
    {
        int marked = Array.FindIndex(columns, EventTimeAnnotation.IsOn);
        if (marked >= 0 && kinds[marked] != EventValueKind.Category) return marked;
        return Array.IndexOf(kinds, EventValueKind.Moment);
    }
}
