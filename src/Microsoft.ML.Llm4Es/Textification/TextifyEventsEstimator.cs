using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Llm4Es;

/// <summary>Writes each entity's events as one text, in the paper's table format (LLM4ES, arXiv 2508.05688), see <see cref="EventTable"/>.</summary>
/// <remarks>
/// | | |
/// | -- | -- |
/// | Reads | vector columns with a value for each event: text, boolean, number, DateTime, DateTimeOffset, TimeSpan, key |
/// | Appends | a scalar text column |
/// | Needs labels | no |
/// | Trains | no; fitting only settles which columns are fields where the options name none |
/// | Saved in a model | yes, with fields and code dictionaries |
/// </remarks>
public sealed class TextifyEventsEstimator : IEstimator<TextifyEventsTransformer>
{
    private readonly IHost _host;
    private readonly string _outputColumnName;
    private readonly EventField[] _fields;
    private readonly TimeFormat _timeFormat;
    private readonly int? _decimals;
    private readonly int? _maxEvents;

    internal TextifyEventsEstimator(IHostEnvironment environment, string outputColumnName, TextifyEventsOptions options)
    {
        _host = environment.Register(nameof(TextifyEventsEstimator));
        _outputColumnName = outputColumnName;
        _fields = [.. options.Fields];
        _timeFormat = options.TimeFormat;
        _decimals = options.Decimals;
        _maxEvents = options.MaxEvents;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (EventField field in _fields) EventColumn.Check(inputSchema, field);
        if (_fields.Length == 0) DefaultFields.Check(inputSchema);
        SchemaShape.Column output = MLNetInternals.NewColumn(_outputColumnName, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance);
        return inputSchema.With(output);
    }

    /// <summary>Settles the fields.</summary>
    /// <param name="input">The rows, one an entity; only their schema is read.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or there is none to write.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public TextifyEventsTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _host.CheckAlive();
        EventField[] fields = _fields.Length > 0 ? _fields : DefaultFields.Of(input.Schema, _timeFormat, _decimals);
        var transformer = new TextifyEventsTransformer(_host, _outputColumnName, fields, _maxEvents);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }
}
