using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Retells each text in other words or forms, so that a language model tuned on all of them learns what is said rather than how it is written
/// (LLM4ES, arXiv 2508.05688). The appended column is for <see cref="FineTuneLlmEmbedderOptions.TrainingTexts"/>; scoring does not read it.
/// </summary>
/// <remarks>
/// | | |
/// | -- | -- |
/// | Reads | a scalar text column |
/// | Appends | a vector of text, <c>variants</c> long; a variant that was dropped is empty |
/// | Needs labels | no |
/// | Trains | no; enrichers other than <see cref="ReformatEnricher"/> write all variants in <see cref="Fit"/> |
/// | Saved in a model | <see cref="ReformatEnricher"/> yes. Other enrichers and their variants no: a loaded model scores without them, reading the column throws |
/// </remarks>
public sealed class EnrichDescriptionsEstimator : IEstimator<EnrichDescriptionsTransformer>
{
    private readonly IHost _host;
    private readonly string _outputColumnName;
    private readonly string _inputColumnName;
    private readonly Enricher _enricher;
    private readonly int _variants;
    private readonly EnrichDescriptionsOptions _options;

    internal EnrichDescriptionsEstimator(
        IHostEnvironment environment, string outputColumnName, string inputColumnName, Enricher enricher, int variants, EnrichDescriptionsOptions options)
    {
        ArgumentNullException.ThrowIfNull(enricher);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(variants);
        _host = environment.Register(nameof(EnrichDescriptionsEstimator));
        _outputColumnName = outputColumnName;
        _inputColumnName = inputColumnName;
        _enricher = enricher;
        _variants = variants;
        _options = options.Clone();
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TextColumn.Find(inputSchema, _inputColumnName);
        SchemaShape.Column output = MLNetInternals.NewColumn(_outputColumnName, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance);
        return inputSchema.With(output);
    }

    /// <summary>Writes the variants of all texts; with <see cref="ReformatEnricher"/> nothing is written before it is read.</summary>
    /// <param name="input">The rows; texts are read once.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The text column is missing or of another type.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public EnrichDescriptionsTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TextColumn.Find(input.Schema, _inputColumnName);
        CheckCancelled();
        if (_enricher is ReformatEnricher reformat)
            return new EnrichDescriptionsTransformer(_host, _outputColumnName, _inputColumnName, _variants, new ReformatVariants(reformat, _variants), totals: null);

        using IChannel channel = _host.Start("Enriching");
        string[] texts = [.. DistinctTexts(input)];
        channel.Info($"{_variants} variants of {texts.Length:N0} texts are asked for");
        var run = new EnrichmentRun(_enricher, _variants, _options);
        var variants = new Dictionary<string, string[]>();
        foreach (EnrichedText enriched in BlockingSequence.Read(cancellation => run.RunAsync(texts, cancellation), _options.CancellationToken))
        {
            _host.CheckAlive();
            if (!variants.TryGetValue(texts[enriched.Source], out string[]? found)) variants.Add(texts[enriched.Source], found = [.. Enumerable.Repeat("", _variants)]);
            found[enriched.Variant] = enriched.Text ?? "";
        }

        Report(channel, run.Totals);
        return new EnrichDescriptionsTransformer(_host, _outputColumnName, _inputColumnName, _variants, new FittedVariants(_outputColumnName, variants), run.Totals);
    }

    /// <summary>There is nothing to retell of a text of blanks.</summary>
    private HashSet<string> DistinctTexts(IDataView input)
    {
        var texts = new HashSet<string>();
        foreach (ReadOnlyMemory<char> text in input.GetColumn<ReadOnlyMemory<char>>(_inputColumnName))
        {
            CheckCancelled();
            if (!text.Span.IsWhiteSpace()) texts.Add(text.ToString());
        }

        return texts;
    }

    private static void Report(IChannel channel, EnrichmentTotals totals)
    {
        if (totals.KeptUnfaithful + totals.Dropped + totals.Unanswered == 0) channel.Info(totals.ToString());
        else channel.Warning(totals.ToString());
    }

    private void CheckCancelled()
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        _host.CheckAlive();
    }
}
