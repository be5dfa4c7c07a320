using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// A row-to-row transformer that appends one column, computed when it is read and never otherwise. The base of the library's transformers; it is not
/// meant to be derived from outside the library.
/// </summary>
public abstract class AppendColumnTransformer : ITransformer
{
    private protected AppendColumnTransformer(IHost host, string outputColumnName)
    {
        Host = host;
        OutputColumnName = outputColumnName;
    }

    /// <summary>Gets the name of the column that the transformer appends.</summary>
    public string OutputColumnName { get; }

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    private protected IHost Host { get; }

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new AppendColumnMapper(this, inputSchema).OutputSchema;

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new AppendColumnMapper(this, inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new AppendColumnView(new AppendColumnMapper(this, input.Schema), input);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        SaveModel(ctx);
    }

    /// <summary>The type and annotations of the appended column, given the schema that it is appended to.</summary>
    internal abstract DataViewSchema.DetachedColumn CreateOutputColumn(DataViewSchema inputSchema);

    /// <summary>The indices of the columns that are read; throws where one is missing or of a wrong type.</summary>
    internal abstract int[] FindInputColumns(DataViewSchema inputSchema);

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the appended column for the row's current position.</summary>
    internal abstract Delegate CreateGetter(DataViewRow input, int[] inputColumns);

    /// <summary>A cursor that hands out the appended column; the default computes row by row.</summary>
    internal virtual DataViewRowCursor CreateCursor(AppendColumnMapper mapper, DataViewRowCursor input, bool[] active) =>
        new AppendColumnCursor(mapper, input, active);

    private protected abstract void SaveModel(ModelSaveContext context);
}
