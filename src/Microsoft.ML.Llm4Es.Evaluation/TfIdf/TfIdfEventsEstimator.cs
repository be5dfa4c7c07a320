using Microsoft.ML.Runtime;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// Makes one vector of each entity's events by latent semantic analysis: TF-IDF over the values of event fields and over whole events, and apart from them
/// over the words of values, with logarithmic counts, each reduced by a truncated SVD; words take up to half of the vector. It knows what happened and how often, but not in which order.
/// </summary>
/// <remarks>
/// | | |
/// | -- | -- |
/// | Reads | vector columns with a value for each event: text, boolean, number, TimeSpan, key; times and dates are left out |
/// | Appends | a vector of <see cref="float"/> of fixed length |
/// | Needs labels | no |
/// | Trains | yes: five passes over the rows find categories, words, terms and singular vectors; repeatably for one seed on one machine |
/// | Saved in a model | yes |
/// </remarks>
public sealed class TfIdfEventsEstimator : IEstimator<TfIdfEventsTransformer>
{
    /// <summary>A field of numbers with more distinct values than this holds measurements, which are rounded.</summary>
    private const int MaxDistinctNumbers = 100;

    private readonly IHost _host;
    private readonly string _outputColumnName;
    private readonly TfIdfEventsOptions _options;

    internal TfIdfEventsEstimator(IHostEnvironment environment, string outputColumnName, TfIdfEventsOptions options)
    {
        _host = environment.Register(nameof(TfIdfEventsEstimator), options.Seed);
        _outputColumnName = outputColumnName;
        _options = options.Clone();
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => EventPlanLearner.AppendVector(inputSchema, _options.Fields, _outputColumnName, MLNetInternals.SlotNamesShape());

    /// <summary>Finds the terms and their singular vectors.</summary>
    /// <param name="input">The rows, one an entity.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or there is none.</exception>
    /// <exception cref="InvalidOperationException">No term is frequent enough, or libtorch does not load.</exception>
    public TfIdfEventsTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        int seed = _options.Seed ?? _host.Rand.Next();
        EventPlan plan = new EventPlanLearner(_options.Fields, maxTexts: 0, MaxDistinctNumbers, _host.CheckAlive).Learn(input);
        // Words need no more than half of the vector; what they leave is the terms'.
        TermSpace words = Learn(ReadRows(input, plan, values => new EventWords(plan, values), row => row.Count()), _options.Dimension / 2, seed);
        IEnumerable<IReadOnlyDictionary<string, int>> entities = ReadRows(input, plan, values => new EventTerms(plan, values, _options.SignificantDigits), row => row.Count());
        TermSpace terms = Learn(entities, _options.Dimension - words.Dimension, seed);
        return terms.Terms > 0
            ? new TfIdfEventsTransformer(_host, _outputColumnName, plan, _options.SignificantDigits, terms, words)
            : throw new InvalidOperationException($"No term in the events of {entities.Count()} entities is one that at least {_options.MinEntities} of them have. Add entities, " +
                $"name fields whose values come again, or lower {nameof(TfIdfEventsOptions)}.{nameof(TfIdfEventsOptions.MinEntities)}.");
    }

    private TermSpace Learn(IEnumerable<IReadOnlyDictionary<string, int>> entities, int dimension, int seed) =>
        TermSpace.Learn(entities, _options.MinEntities, _options.MaxTerms, dimension, seed);

    private IEnumerable<IReadOnlyDictionary<string, int>> ReadRows<T>(IDataView input, EventPlan plan, Func<EventValues[], T> create, Func<T, IReadOnlyDictionary<string, int>> count) =>
        plan.ReadRows(input, create, _host.CheckAlive).Select(count);
}
