using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>What retelling the texts is worth, by rules or by a language model, at equal training tokens.</summary>
internal sealed class EnrichmentAblation : AblationCommand
{
    private const string None = "none";
    private const string Reformat = "reformat";
    private const string Llm = "llm";
    private const string Written = "file";
    private const string Enriched = "Llm4EsEnriched";

    private static readonly Dictionary<string, EventTextFormat> Formats = Enum.GetValues<EventTextFormat>().ToDictionary(format => $"{Reformat}:{format.ToString().ToLowerInvariant()}");

    private readonly Option<string?> _model = new("--enricher-model")
    {
        HelpName = "SOURCE",
        Description = "The language model of llm: with --endpoint its name at the service, else a folder, a .gguf file or an id on the Hub of a local one.",
    };
    private readonly Option<Uri?> _endpoint = Address("--endpoint", "The address of an OpenAI-compatible service that answers for llm, such as http://localhost:8000/v1.");
    private readonly Option<int> _concurrency = Number("--concurrency", "How many texts are written at once.", 8);
    private readonly Option<int?> _maxRequests = new("--max-requests") { HelpName = "N", Description = "Ask llm for so many answers in this run at most; the same command goes on. Default: no limit." };
    private readonly Option<int?> _maxOutputTokens = new("--max-output-tokens") { HelpName = "N", Description = "How long an answer of llm may be. Default: 8,192, the paper's." };
    private readonly Option<string?> _file = new("--enriched") { HelpName = "FILE", Description = "The variants of file: JSON lines that llm4es enrich wrote from the same events." };
    private readonly Option<int> _perText = Number("--per-text", "How many variants of each text are made. Each is seen so much less often that there are as many variants as texts.", 4);
    private readonly Option<double> _minFaithfulness = MinFaithfulness("The least faithfulness of a variant of llm or file that is tuned on, 0 to 1.");

    public EnrichmentAblation()
        : base("enrichment", "Compares tuning with and without retold texts, at equal training tokens.",
            $"{None}, {Reformat} (all formats), {string.Join(", ", Formats.Keys)}, {Llm} or {Written}. Default: {None},{Reformat}, and {Llm} and {Written} where their options are given.")
    {
        Option[] options = [_model, _endpoint, _concurrency, _maxRequests, _maxOutputTokens, _file, _perText, _minFaithfulness];
        foreach (Option option in options) Options.Add(option);
        _maxRequests.Validators.Add(result => CheckPositive(result, result.GetValueOrDefault<int?>()));
        _maxOutputTokens.Validators.Add(result => CheckPositive(result, result.GetValueOrDefault<int?>()));
        Validators.Add(CheckSources);
    }

    protected override string MoreOfExample => " \\\n    --enricher-model SmolLM2-135M-Instruct";

    protected override long? StandardTokens => 2_000_000;

    protected override IReadOnlyList<string> StandardVariants(ParseResult parsed, string model) =>
        [None, Reformat, .. parsed.GetValue(_model) is null ? [] : new[] { Llm }, .. parsed.GetValue(_file) is null ? [] : new[] { Written }];

    protected override string? Problem(string variant) => NotAmong(variant, [None, Reformat, Llm, Written, .. Formats.Keys]);

    /// <summary>Has the language model write its variants first, as <c>llm4es enrich</c> does: with an estimate, and from where it stopped.</summary>
    protected override async Task PrepareAsync(AblateSettings settings, ParseResult parsed, TextWriter output, CancellationToken cancellation)
    {
        if (!settings.Variants.Contains(Llm)) return;
        Uri? endpoint = parsed.GetValue(_endpoint);
        var ml = new MLContext();
        await new EnrichRun(
            new EnrichSettings
            {
                Events = settings.Task.Events,
                Key = settings.Task.Key,
                Time = settings.Task.Time,
                Fields = new EvaluateInput(ml, settings.Task, output).Fields(ml.Data.LoadFromTableFile(settings.Task.Events).Schema),
                Enricher = endpoint is null ? EnrichSettings.Local : EnrichSettings.OpenAI,
                Model = parsed.GetValue(_model),
                Endpoint = endpoint,
                Variants = parsed.GetRequiredValue(_perText),
                MinFaithfulness = parsed.GetRequiredValue(_minFaithfulness),
                Concurrency = parsed.GetRequiredValue(_concurrency),
                MaxRequests = parsed.GetValue(_maxRequests),
                MaxOutputTokens = parsed.GetValue(_maxOutputTokens),
                Output = FileOf(settings),
            },
            output).RunAsync(cancellation);
    }

    protected override AblationPlan Plan(Llm4EsPipelines pipelines, IDataView entities, ParseResult parsed)
    {
        AblateSettings settings = pipelines.Settings;
        (string[] ids, string[] texts) = EntityTexts.Read(pipelines.Context, entities, settings.Task.Key);
        double minFaithfulness = parsed.GetRequiredValue(_minFaithfulness);
        var written = new Dictionary<string, WrittenVariants>();
        if (settings.Variants.Contains(Llm)) written.Add(Llm, new WrittenVariants(FileOf(settings), ids, texts, minFaithfulness));
        if (settings.Variants.Contains(Written)) written.Add(Written, new WrittenVariants(parsed.GetValue(_file)!, ids, texts, minFaithfulness));
        var enrichment = new EnrichDescriptionsOptions { MinFaithfulness = minFaithfulness, MaxRetries = 0, CancellationToken = pipelines.Cancellation };
        int perText = parsed.GetRequiredValue(_perText);
        return new(seed =>
        [
            .. settings.Variants.Select(name => Llm4EsPipelines.Variant(
                written.TryGetValue(name, out WrittenVariants? variants)
                    ? Create(pipelines, name, seed, variants, variants.PerText, enrichment)
                    : Create(pipelines, name, seed, name == None ? null : Reformatter(name, seed), perText, enrichment))),
        ])
        {
            Notes =
            [
                FormattableString.Invariant($"Each variant is tuned on {settings.Tokens:N0} tokens. Of reformat each text has {perText} variants, which together are seen as often as the text itself."),
                .. written.Values.Select(variants => variants.Note),
            ],
        };
    }

    private static Representation Create(Llm4EsPipelines pipelines, string name, int seed, Enricher? enricher, int perText, EnrichDescriptionsOptions enrichment)
    {
        FineTuneLlmEmbedderOptions options = pipelines.Options(seed);
        if (enricher is null) return pipelines.Create(name, options);

        options.TrainingTexts = [Llm4EsPipelines.Text, new TrainingText(Enriched, weight: 1.0 / perText)];
        IEstimator<ITransformer> texts = pipelines.Textify().Append(pipelines.Context.Transforms.EnrichDescriptions(Enriched, Llm4EsPipelines.Text, enricher, perText, enrichment));
        return Llm4EsPipelines.Join(name, texts, pipelines.Embed(options));
    }

    private static ReformatEnricher Reformatter(string name, int seed) =>
        new(Formats.TryGetValue(name, out EventTextFormat format) ? new ReformatEnricherOptions { Seed = seed, Formats = [format] } : new ReformatEnricherOptions { Seed = seed });

    private static string FileOf(AblateSettings settings) => Path.Combine(settings.Output, "enriched.jsonl");

    private void CheckSources(CommandResult result)
    {
        string[] variants = result.GetValue(VariantNames) ?? [];
        if (variants.Contains(Llm) && result.GetValue(_model) is null) result.AddError($"The variant {Llm} needs --enricher-model.");
        if (variants.Contains(Written) && result.GetValue(_file) is null) result.AddError($"The variant {Written} needs --enriched.");
        if (result.GetValue(_endpoint) is not null && result.GetValue(_model) is null) result.AddError("--endpoint needs --enricher-model: its name at the service.");
    }
}
