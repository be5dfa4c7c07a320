using Microsoft.ML.Runtime;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// Makes one vector of each entity's events by latent semantic analysis: TF-IDF over the values of event fields and over whole events, with logarithmic
/// counts, reduced by a truncated SVD. It knows what happened and how often, but not in which order.
/// </summary>
/// <remarks>
/// | | |
/// | -- | -- |
/// | Reads | vector columns with a value for each event: text, boolean, number, TimeSpan, key; times and dates are left out |
/// | Appends | a vector of <see cref="float"/> of fixed length |
/// | Needs labels | no |
/// | Trains | yes: three passes over the rows find categories, terms and singular vectors; repeatably for one seed on one machine |
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
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => EventPlanLearner.AppendVector(inputSchema, _options.Fields, _outputColumnName);

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
        TermVocabulary vocabulary = LearnVocabulary(input, plan);
        List<(int, float)>[] rows = [.. ReadTerms(input, plan).Select(vocabulary.Weigh)];
        float[,] projection = TruncatedSvd.Project(rows, vocabulary.Count, _options.Dimension, seed);
        return new TfIdfEventsTransformer(_host, _outputColumnName, plan, _options.SignificantDigits, vocabulary, projection);
    }

    private TermVocabulary LearnVocabulary(IDataView input, EventPlan plan)
    {
        var entitiesByTerm = new Dictionary<string, int>();
        int entities = 0;
        foreach (IReadOnlyDictionary<string, int> terms in ReadTerms(input, plan))
        {
            entities++;
            foreach (string term in terms.Keys) entitiesByTerm[term] = entitiesByTerm.GetValueOrDefault(term) + 1;
        }

        TermVocabulary vocabulary = TermVocabulary.Learn(entitiesByTerm, entities, _options.MinEntities, _options.MaxTerms);
        return vocabulary.Count > 0
            ? vocabulary
            : throw new InvalidOperationException($"None of the {entitiesByTerm.Count} terms in the events of {entities} entities is one that at least {_options.MinEntities} " +
                $"of them have. Add entities, name fields whose values come again, or lower {nameof(TfIdfEventsOptions)}.{nameof(TfIdfEventsOptions.MinEntities)}.");
    }

    private IEnumerable<IReadOnlyDictionary<string, int>> ReadTerms(IDataView input, EventPlan plan) =>
        plan.ReadRows(input, values => new EventTerms(plan, values, _options.SignificantDigits), _host.CheckAlive).Select(terms => terms.Count());
}
