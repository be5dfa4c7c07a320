using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Retells texts by an enricher, checks every variant against its source, and writes unfaithful ones again, repairs or drops them.
/// <see cref="EnrichDescriptionsEstimator"/> is built on it; use it directly to enrich without an ML.NET pipeline, for example into a file.
/// </summary>
public sealed class EnrichmentRun
{
    private readonly Enricher _enricher;
    private readonly int _variants;
    private readonly EnrichDescriptionsOptions _options;
    private readonly ReformatEnricher _repair = new();

    /// <summary>Initializes a run.</summary>
    /// <param name="enricher">What retells.</param>
    /// <param name="variants">How many variants of each text are asked for.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="variants"/> is not positive.</exception>
    public EnrichmentRun(Enricher enricher, int variants, EnrichDescriptionsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(enricher);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(variants);
        _enricher = enricher;
        _variants = variants;
        _options = options?.Clone() ?? new EnrichDescriptionsOptions();
    }

    /// <summary>Gets what the run came to so far.</summary>
    public EnrichmentTotals Totals { get; private set; } = new();

    /// <summary>Retells texts.</summary>
    /// <param name="texts">The texts, each another one.</param>
    /// <param name="cancellationToken">What cancels, beside <see cref="EnrichDescriptionsOptions.CancellationToken"/>.</param>
    /// <returns>Each variant of each text once, in the order in which they are settled.</returns>
    /// <exception cref="ArgumentException">A text is there twice.</exception>
    public async IAsyncEnumerable<EnrichedText> RunAsync(IReadOnlyList<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        Dictionary<string, int> sources = Index(texts);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _options.CancellationToken);
        var check = new FaithfulnessCheck(texts);
        var started = Stopwatch.StartNew();
        Totals = new EnrichmentTotals();
        var pending = new Dictionary<EnrichmentRequest, Spent>();
        foreach (string text in texts)
        {
            for (int variant = 0; variant < _variants; variant++) pending.Add(new EnrichmentRequest(text, variant), default);
        }

        while (pending.Count > 0)
        {
            var again = new Dictionary<EnrichmentRequest, Spent>();
            await foreach (EnrichmentResponse response in _enricher.EnrichAsync([.. pending.Keys], cancellation.Token).ConfigureAwait(false))
            {
                EnrichmentRequest request = response.Request;
                if (!pending.Remove(request, out Spent spent))
                    throw new InvalidOperationException($"{_enricher.GetType().Name} answered a request that was not made, or one twice; each request is to be answered once, by the request itself.");

                spent = spent.With(response);
                if (request.Attempt > 0) Totals = Totals with { Retried = Totals.Retried + 1 };
                Totals = Totals with { InputTokens = Totals.InputTokens + response.InputTokens, OutputTokens = Totals.OutputTokens + response.OutputTokens, Cost = Totals.Cost + response.Cost };
                Faithfulness? faithfulness = string.IsNullOrWhiteSpace(response.Text) ? null : check.Check(response.Source, response.Text);
                if (faithfulness?.Score >= _options.MinFaithfulness)
                {
                    yield return Settle(request, spent, response.Text, EnrichmentOutcome.Kept, faithfulness);
                }
                else if (request.Attempt < _options.MaxRetries)
                {
                    again.Add(request with { Attempt = request.Attempt + 1 }, spent);
                }
                else
                {
                    (string? text, EnrichmentOutcome outcome) = Unfaithful(response, faithfulness);
                    yield return Settle(request, spent, text, outcome, faithfulness);
                }
            }

            foreach ((EnrichmentRequest request, Spent spent) in pending) yield return Settle(request, spent, null, EnrichmentOutcome.Unanswered, null);
            pending = again;
        }

        EnrichedText Settle(EnrichmentRequest request, Spent spent, string? text, EnrichmentOutcome outcome, Faithfulness? faithfulness)
        {
            Totals = Totals.Settle(outcome) with { Elapsed = started.Elapsed };
            _options.Progress?.Report(new EnrichmentProgress(texts.Count * _variants, Totals));
            return new EnrichedText(sources[request.Text], request.Variant, text, outcome)
            {
                Faithfulness = faithfulness,
                Attempts = spent.Attempts,
                InputTokens = spent.InputTokens,
                OutputTokens = spent.OutputTokens,
            };
        }
    }

    private static Dictionary<string, int> Index(IReadOnlyList<string> texts)
    {
        var index = new Dictionary<string, int>();
        for (int i = 0; i < texts.Count; i++)
        {
            if (!index.TryAdd(texts[i], i)) throw new ArgumentException($"The texts {index[texts[i]]} and {i} are the same; give each once.", nameof(texts));
        }

        return index;
    }

    private (string? Text, EnrichmentOutcome Outcome) Unfaithful(EnrichmentResponse response, Faithfulness? faithfulness) => _options.Unfaithful switch
    {
        UnfaithfulVariant.Keep when faithfulness is not null => (response.Text, EnrichmentOutcome.KeptUnfaithful),
        UnfaithfulVariant.Repair when IsTable(response.Source) => (_repair.Reformat(response.Source, response.Request.Variant), EnrichmentOutcome.Repaired),
        _ => (null, EnrichmentOutcome.Dropped),
    };

    private static bool IsTable(string text)
    {
        try
        {
            return EventTable.Parse(text).Events.Count > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>What the attempts of one variant took.</summary>
    private readonly record struct Spent(int Attempts, long InputTokens, long OutputTokens)
    {
        public Spent With(EnrichmentResponse response) => new(Attempts + 1, InputTokens + response.InputTokens, OutputTokens + response.OutputTokens);
    }
}
