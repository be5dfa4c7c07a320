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
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => EventPlanLearner.AppendVector(inputSchema, _fields, _outputColumnName, MLNetInternals.SlotNamesShape());

    /// <summary>Finds the most frequent categories of each field.</summary>
    /// <param name="input">The rows, one an entity.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or there is none.</exception>
    public AggregateEventsTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        EventPlan plan = new EventPlanLearner(_fields, _maxCategories, _maxCategories, _host.CheckAlive).Learn(input);
        return new AggregateEventsTransformer(_host, _outputColumnName, plan);
    }
}
