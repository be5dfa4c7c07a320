using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>Training across data sets: a model tuned on others' texts, on its own, or on both, at equal training tokens.</summary>
internal sealed class TransferAblation : AblationCommand
{
    private const string Own = "own";
    private const string Other = "other";
    private const string Both = "both";

    private static readonly string[] Known = [Own, Other, Both];

    private readonly Option<OtherEvents[]> _others = new("--other")
    {
        HelpName = "FILE,KEY[,TIME]",
        Description = "The events of another data set, its key column and its time column; may be given several times.",
        Required = true,
        CustomParser = Parse,
    };

    public TransferAblation()
        : base("transfer", "Compares models tuned on the texts of other data sets.", $"{string.Join(", ", Known)}. Default: all.") => Options.Add(_others);

    protected override string MoreOfExample => " \\\n    --other ../icu/events.csv.gz,stay_id,minutes_from_admission --other ../grocery/events.csv.gz,household_id,time";

    protected override long? StandardTokens => 2_000_000;

    protected override IReadOnlyList<string> StandardVariants(ParseResult parsed, string model) => Known;

    protected override string? Problem(string variant) => NotAmong(variant, Known);

    protected override AblationPlan Plan(Llm4EsPipelines pipelines, IDataView entities, ParseResult parsed)
    {
        OtherEvents[] others = parsed.GetRequiredValue(_others);
        TextRow[] texts = [.. others.SelectMany(other => Read(pipelines, other))];
        IDataView rows = pipelines.Context.Data.LoadFromEnumerable(texts);
        return new(seed => [.. pipelines.Settings.Variants.Select(name => Llm4EsPipelines.Variant(Create(pipelines, name, rows, seed)))])
        {
            Notes = [FormattableString.Invariant($"Other texts: {texts.Length:N0}, of {string.Join(", ", others.Select(other => other.File))}.")],
        };
    }

    private static Representation Create(Llm4EsPipelines pipelines, string name, IDataView others, int seed)
    {
        FineTuneLlmEmbedderOptions options = pipelines.Options(seed);
        if (name == Both) options.TrainingData = [new TrainingData(others, Llm4EsPipelines.Text)];
        IEstimator<ITransformer> embedder = pipelines.Embed(options);
        return Llm4EsPipelines.Join(name, pipelines.Textify(), name == Other ? pipelines.Context.Transforms.FitOnRows(embedder, others) : embedder);
    }

    private static IEnumerable<TextRow> Read(Llm4EsPipelines pipelines, OtherEvents other)
    {
        IDataView events = pipelines.Context.Data.LoadFromTableFile(other.File);
        EventsFile.RequireColumns(other.File, events, [("--other", other.Key), ("--other", other.Time)]);
        EventsFile.RequireTime(other.File, events, other.Time);
        IDataView grouped = pipelines.Context.Data.GroupEvents(events, other.Key, other.Time);
        return pipelines.Textify().Fit(grouped).Transform(grouped).GetColumn<string>(Llm4EsPipelines.Text).Select(text => new TextRow { Text = text });
    }

    private static OtherEvents[]? Parse(ArgumentResult result)
    {
        var others = new List<OtherEvents>();
        foreach (string value in result.Tokens.Select(token => token.Value))
        {
            string[] parts = value.Split(',', StringSplitOptions.TrimEntries);
            if (parts.Length is < 2 or > 3 || parts.Contains(""))
            {
                result.AddError($"--other is '{value}'; a file, its key column and perhaps its time column are expected, such as events.csv,client_id,time.");
                return null;
            }

            others.Add(new OtherEvents(parts[0], parts[1], parts.ElementAtOrDefault(2)));
        }

        return [.. others];
    }

    /// <summary>The events of another data set.</summary>
    private sealed record OtherEvents(string File, string Key, string? Time);
}
