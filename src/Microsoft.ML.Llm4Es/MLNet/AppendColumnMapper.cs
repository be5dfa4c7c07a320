using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>An <see cref="AppendColumnTransformer"/> bound to one input schema.</summary>
internal sealed class AppendColumnMapper : IRowToRowMapper
{
    public AppendColumnMapper(AppendColumnTransformer transformer, DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Transformer = transformer;
        InputSchema = inputSchema;
        InputColumns = transformer.FindInputColumns(inputSchema);
        OutputColumn = inputSchema.Count;

        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        DataViewSchema.DetachedColumn output = transformer.CreateOutputColumn(inputSchema);
        builder.AddColumn(output.Name, output.Type, output.Annotations);
        OutputSchema = builder.ToSchema();
    }

    public AppendColumnTransformer Transformer { get; }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>The indices of the columns that the appended one is computed from.</summary>
    public int[] InputColumns { get; }

    /// <summary>The index of the appended column.</summary>
    public int OutputColumn { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        Needed(Active(dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row's schema is not the schema that this mapper was made for.", nameof(input));

        return new AppendColumnRow(this, input, Active(activeColumns));
    }

    /// <summary>A flag for each column of the output schema.</summary>
    public bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        bool[] active = new bool[OutputSchema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            if (column.Index >= active.Length || OutputSchema[column.Index].Name != column.Name)
                throw new ArgumentException($"The column '{column.Name}' is not in this schema.", nameof(columns));
            active[column.Index] = true;
        }

        return active;
    }

    /// <summary>The input columns to read so that the active output columns can be handed out.</summary>
    public IEnumerable<DataViewSchema.Column> Needed(bool[] active) =>
        InputSchema.Where(column => active[column.Index] || (active[OutputColumn] && InputColumns.Contains(column.Index))).ToArray();

    /// <summary>Passes the input's getter through, or casts the appended column's.</summary>
    public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column, bool[] active, DataViewRow input, Delegate? output)
    {
        if (column.Index >= active.Length || !active[column.Index])
            throw new InvalidOperationException($"The column '{column.Name}' is not active.");

        return column.Index == OutputColumn
            ? Cast<TValue>(output!, OutputSchema[OutputColumn])
            : input.GetGetter<TValue>(InputSchema[column.Index]);
    }

    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"The column '{column.Name}' is of type {column.Type}; it cannot be read as {typeof(TValue)}.");
}
