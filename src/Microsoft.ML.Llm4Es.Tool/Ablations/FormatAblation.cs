using System.CommandLine;
using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>What the form of the text is worth: how times are written, the header line, the paper's form, and other forms altogether.</summary>
internal sealed class FormatAblation()
    : AblationCommand("format", "Compares forms of the text.", $"{string.Join(", ", Known)}. Default: recipe, and of gap,days,date,no-header,paper those that the events have and the recipe is not.")
{
    private const string Recipe = "recipe";
    private const string NoHeader = "no-header";
    private const string Paper = "paper";

    private static readonly Dictionary<string, TimeFormat> Times = new()
    {
        ["gap"] = TimeFormat.Gap,
        ["days"] = TimeFormat.Days,
        ["date"] = TimeFormat.Date,
        ["date-and-time"] = TimeFormat.DateAndTime,
    };

    private static readonly Dictionary<string, EventTextFormat> Forms = Enum.GetValues<EventTextFormat>().ToDictionary(form => form == EventTextFormat.KeyValue ? "key-value" : form.ToString().ToLowerInvariant());

    private static readonly string[] Standard = ["gap", "days", "date", NoHeader, Paper];

    private static string[] Known => [Recipe, .. Times.Keys, NoHeader, Paper, .. Forms.Keys];

    /// <summary>Which of the standard ones there are is known when the events are.</summary>
    protected override IReadOnlyList<string> StandardVariants(ParseResult parsed, string model) => [];

    protected override string? Problem(string variant) => NotAmong(variant, Known);

    protected override AblationPlan Plan(Llm4EsPipelines pipelines, IDataView entities, ParseResult parsed)
    {
        IReadOnlyList<EventField> fields = pipelines.Context.Transforms.TextifyEvents(Llm4EsPipelines.Text).Fit(entities).Fields;
        IReadOnlyList<string> variants = pipelines.Settings.Variants;
        if (variants.Count == 0) variants = [Recipe, .. Standard.Where(name => name == NoHeader || IsPossible(name, fields, entities.Schema) && !Fields(name, fields, entities.Schema).SequenceEqual(fields))];
        if (variants.FirstOrDefault(name => !IsPossible(name, fields, entities.Schema)) is { } wrong)
            throw new InvalidDataException($"The variant '{wrong}' writes dates, and the events have none: name their time by --time, or leave the variant out.");

        return new(seed => [.. variants.Select(name => Llm4EsPipelines.Variant(Create(pipelines, name, fields, entities.Schema, seed)))]);
    }

    private static Representation Create(Llm4EsPipelines pipelines, string name, IReadOnlyList<EventField> recipe, DataViewSchema schema, int seed)
    {
        FineTuneLlmEmbedderOptions options = pipelines.Options(seed);
        IEstimator<ITransformer> texts = pipelines.Textify(new TextifyEventsOptions { Fields = Fields(name, recipe, schema) });
        if (Rewriting(name) is not { } rewrite) return Llm4EsPipelines.Join(name, texts, pipelines.Embed(options));

        IEstimator<ITransformer> rewritten = texts.Append(
            pipelines.Context.Transforms.CustomMapping<Original, Rewritten>((from, to) => to.Text = rewrite(from.Text), contractName: null));
        return Llm4EsPipelines.Join(name, rewritten, pipelines.Embed(options, Rewritten.Column));
    }

    private static EventField[] Fields(string name, IReadOnlyList<EventField> recipe, DataViewSchema schema) => name switch
    {
        Paper => [.. recipe.Select(field => IsTime(field, schema) ? InFormat(field, TimeFormat.Days) : IsNumber(field, schema) ? EventField.Number(field.Column, field.Name, decimals: 0) : field)],
        _ when Times.TryGetValue(name, out TimeFormat format) => [.. recipe.Select(field => IsTime(field, schema) ? InFormat(field, format) : field)],
        _ => [.. recipe],
    };

    private static EventField InFormat(EventField field, TimeFormat format) => EventField.Time(field.Column, field.Name, format, field.TimeUnit);

    private static bool IsPossible(string name, IReadOnlyList<EventField> recipe, DataViewSchema schema) =>
        name is not ("date" or "date-and-time") || recipe.Any(field => IsTime(field, schema)) && recipe.Where(field => IsTime(field, schema)).All(field => IsDate(field, schema));

    private static bool IsTime(EventField field, DataViewSchema schema) => field.Kind == EventFieldKind.Time || IsDate(field, schema);

    private static bool IsDate(EventField field, DataViewSchema schema) => ItemType(field, schema) is DateTimeDataViewType or DateTimeOffsetDataViewType;

    private static bool IsNumber(EventField field, DataViewSchema schema) => field.Kind is EventFieldKind.Number or EventFieldKind.Plain && ItemType(field, schema) is NumberDataViewType;

    private static PrimitiveDataViewType ItemType(EventField field, DataViewSchema schema) => ((VectorDataViewType)schema[field.Column].Type).ItemType;

    /// <summary>What is done to the text itself; null for nothing.</summary>
    private static Func<string, string>? Rewriting(string name)
    {
        if (name == NoHeader) return text => text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        if (!Forms.TryGetValue(name, out EventTextFormat form)) return null;
        var reformat = new ReformatEnricher(new ReformatEnricherOptions { Formats = [form], ShuffleFields = false, RenameFields = false });
        return text => reformat.Reformat(text, variant: 0);
    }

    private sealed class Original
    {
        [ColumnName(Llm4EsPipelines.Text)]
        public string Text { get; set; } = "";
    }

    private sealed class Rewritten
    {
        public const string Column = "Llm4EsRewritten";

        [ColumnName(Column)]
        public string Text { get; set; } = "";
    }
}
