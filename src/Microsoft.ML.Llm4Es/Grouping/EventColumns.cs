using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>The columns of events that are grouped: each with one value an event, each either kept as a vector or as a scalar.</summary>
internal sealed class EventColumns
{
    private readonly HashSet<string> _constants;

    /// <summary>Checks the options against the events' schema.</summary>
    public EventColumns(DataViewSchema schema, GroupEventsOptions options)
    {
        DataViewSchema.Column key = EntityKey.Find(schema, options.Key, "events");
        if (options is { Within: not null, Time: null })
            throw new ArgumentException($"{nameof(options.Within)} is a time after an entity's first event, but no {nameof(options.Time)} is named.", nameof(options));

        DataViewSchema.Column? time = options.Time is null ? null : FindTime(schema, options.Time);
        _constants = [key.Name];
        foreach (string constant in options.Constants)
        {
            DataViewSchema.Column column = Find(schema, constant, "constant", "events");
            if (column.Index == time?.Index) throw new ArgumentException($"'{constant}' is the time; it cannot be a constant too.", nameof(options));
            _constants.Add(column.Name);
        }

        HashSet<int>? kept = options.Columns is null
            ? null
            : [.. options.Columns.Concat(_constants).Select(name => Find(schema, name, "kept", "events").Index), time?.Index ?? key.Index];
        All = [key, .. schema.Where(column => !column.IsHidden && column.Index != key.Index && kept?.Contains(column.Index) != false)];
        Time = time is null ? -1 : Array.FindIndex(All, column => column.Index == time.Value.Index);
        foreach (DataViewSchema.Column column in All) CheckScalar(column);
    }

    /// <summary>The key, then the others in the order of the schema.</summary>
    public DataViewSchema.Column[] All { get; }

    /// <summary>Which of <see cref="All"/> is the time; -1 for none.</summary>
    public int Time { get; }

    /// <summary>Whether a column of <see cref="All"/> has one value an entity.</summary>
    public bool IsConstant(int column) => _constants.Contains(All[column].Name);

    /// <summary>Finds a column; says what there is where it is missing.</summary>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string role, string data) =>
        schema.GetColumnOrNull(name)
        ?? throw new ArgumentOutOfRangeException(
            nameof(schema), $"The {role} column '{name}' was not found. The {data} have: {string.Join(", ", schema.Where(column => !column.IsHidden).Select(column => column.Name))}.");

    private static DataViewSchema.Column FindTime(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = Find(schema, name, "time", "events");
        return column.Type is NumberDataViewType or DateTimeDataViewType or DateTimeOffsetDataViewType or TimeSpanDataViewType or TextDataViewType
            ? column
            : throw new ArgumentOutOfRangeException(
                nameof(schema), $"The time column '{name}' is of type {column.Type}; a number, DateTime, DateTimeOffset, TimeSpan or text is expected.");
    }

    private static void CheckScalar(DataViewSchema.Column column)
    {
        if (column.Type is not PrimitiveDataViewType)
        {
            throw new ArgumentOutOfRangeException(
                nameof(column),
                $"The column '{column.Name}' is of type {column.Type}; an event has one value in each column. Split it into scalars, drop it, or name the columns to keep in Columns.");
        }
    }
}
