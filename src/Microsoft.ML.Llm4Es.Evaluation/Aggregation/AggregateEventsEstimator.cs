using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// Makes one vector of each entity's events without learning from their order: the number of events; the distribution of each number, of the gap between
/// events and of the time since the first; for each frequent category its count and share, whether the first or last event has it, and sums and means of
/// every number over its events; for each frequent word of a text with many values its count and share; and for times that are dates, the shares of hours,
/// weekdays and months.
/// </summary>
/// <remarks>
/// | | |
/// | -- | -- |
/// | Reads | vector columns with a value for each event: text, boolean, number, DateTime, DateTimeOffset, TimeSpan, key |
/// | Appends | a vector of <see cref="float"/> of fixed length, with slot names |
/// | Needs labels | no |
/// | Trains | yes: one pass over the rows finds the most frequent categories |
/// | Saved in a model | yes |
/// The time of the events is the column that GroupEvents marks as such, else the first one of dates.
/// </remarks>
public sealed class AggregateEventsEstimator : IEstimator<AggregateEventsTransformer>
{
    private readonly IHost _host;
    private readonly string _outputColumnName;
    private readonly string[] _fields;
    private readonly int _maxCategories;

    internal AggregateEventsEstimator(IHostEnvironment environment, string outputColumnName, AggregateEventsOptions options)
    {
        _host = environment.Register(nameof(AggregateEventsEstimator));
        _outputColumnName = outputColumnName;
        _fields = [.. options.Fields];
        _maxCategories = options.MaxCategories;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (string field in _fields) EventColumn.Check(inputSchema, EventField.Plain(field));
        if (_fields.Length == 0 && !inputSchema.Any(column => column.Kind == SchemaShape.Column.VectorKind.VariableVector))
            throw NothingToAggregate(nameof(inputSchema), inputSchema.Select(column => $"{column.Name} ({column.TypeText()})"));

        SchemaShape.Column output = MLNetInternals.NewColumn(
            _outputColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, MLNetInternals.SlotNamesShape());
        return new SchemaShape([.. inputSchema.Where(column => column.Name != _outputColumnName), output]);
    }

    /// <summary>Finds the most frequent categories of each field.</summary>
    /// <param name="input">The rows, one an entity.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or there is none to aggregate.</exception>
    public AggregateEventsTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column[] columns = FindColumns(input.Schema);
        EventValueKind[] kinds = Array.ConvertAll(columns, EventValues.KindOf);
        CategoryCounter[] counters = Array.ConvertAll(kinds, kind => new CategoryCounter(kind, _maxCategories));
        int timeField = FindTime(columns, kinds);
        double origin = double.PositiveInfinity;

        using (DataViewRowCursor cursor = input.GetRowCursor(columns))
        {
            EventValues[] values = Array.ConvertAll(columns, column => EventValues.Create(cursor, column));
            while (cursor.MoveNext())
            {
                _host.CheckAlive();
                for (int f = 0; f < values.Length; f++)
                {
                    values[f].Read();
                    counters[f].Add(values[f]);
                }

                for (int i = 0; timeField >= 0 && i < values[timeField].Count; i++)
                    if (values[timeField].Number(i) < origin) origin = values[timeField].Number(i);
            }
        }

        AggregatedField[] fields = [.. columns.Select((column, f) => new AggregatedField(column.Name, kinds[f], counters[f].Categories(), counters[f].FrequentWords()))];
        var plan = new AggregationPlan(fields, timeField, double.IsFinite(origin) ? origin : 0);
        return new AggregateEventsTransformer(_host, _outputColumnName, plan);
    }

    private DataViewSchema.Column[] FindColumns(DataViewSchema schema)
    {
        if (_fields.Length > 0) return Array.ConvertAll(_fields, field => EventColumn.Find(schema, EventField.Plain(field)));

        DataViewSchema.Column[] columns = [.. schema.Where(column => !column.IsHidden && column.Type is VectorDataViewType { IsKnownSize: false })];
        return columns.Length > 0 ? columns : throw NothingToAggregate(nameof(schema), schema.Select(column => $"{column.Name} ({column.Type})"));
    }

    private static ArgumentOutOfRangeException NothingToAggregate(string parameter, IEnumerable<string> columns) =>
        new(parameter, $"There is no vector column of variable length to aggregate. The data has: {string.Join(", ", columns)}. " +
            "Make one row of each entity's events with mlContext.Data.GroupEvents.");

    private static int FindTime(DataViewSchema.Column[] columns, EventValueKind[] kinds)
    {
        int marked = Array.FindIndex(columns, column => column.Annotations.Schema.GetColumnOrNull(EventTimeAnnotation.Kind) is not null);
        if (marked >= 0 && kinds[marked] != EventValueKind.Category) return marked;
        return Array.IndexOf(kinds, EventValueKind.Moment);
    }
}
