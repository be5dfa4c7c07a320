using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Llm4Es.Evaluation;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>Layers × pooling: one tuned model, whose vectors of all layers and poolings are made together and compared in parts.</summary>
internal sealed class PoolingAblation : AblationCommand
{
    private const string Recipe = "recipe";

    private static readonly string[] Ways = [.. Enum.GetNames<TokenPooling>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    private readonly Option<string[]> _layers = List(
        "--layers", "A,B,C", "Hidden states: a number (0 are the embeddings), a range such as 2-4, upper for the upper two thirds, or final. Default: each of a model from scratch and upper; else 0,upper,final.", []);

    public PoolingAblation()
        : base("pooling", "Compares layers and ways of pooling tokens, of one tuned model.", $"Ways of pooling tokens: {string.Join(", ", Ways)}. Default: all.")
    {
        Options.Add(_layers);
        _layers.Validators.Add(result =>
        {
            foreach (string layers in result.GetValueOrDefault<string[]>().Where(layers => Range(layers) is null))
                result.AddError($"There are no layers '{layers}'; a number, a range such as 2-4, upper or final is expected.");
        });
    }

    protected override IReadOnlyList<string> StandardVariants(ParseResult parsed, string model) => Ways;

    protected override string? Problem(string variant) => NotAmong(variant, Ways);

    protected override AblationPlan Plan(Llm4EsPipelines pipelines, IDataView entities, ParseResult parsed)
    {
        string[] layers = parsed.GetRequiredValue(_layers);
        if (layers.Length == 0) layers = StandardLayers(pipelines.Settings.Model);
        string[] ways = [.. pipelines.Settings.Variants];
        // Layers × ways first, then the recipe's own parts.
        IReadOnlyList<PooledPart> recipe = pipelines.Settings.Task.Preset.Pooling.Parts;
        PoolingOptions product = PoolingOptions.AllOf(layers.Select(name => Range(name)!.Value), ways.Select(way => Enum.Parse<TokenPooling>(way, ignoreCase: true)));
        int parts = product.Parts.Count + recipe.Count;
        return new(seed =>
        {
            FineTuneLlmEmbedderOptions options = pipelines.Options(seed);
            options.Embedding = options.Embedding with { Pooling = new PoolingOptions { Parts = [.. product.Parts, .. recipe] } };
            Representation all = pipelines.Create("all poolings", options);
            return
            [
                new AblationVariant(Recipe, all) { Select = vector => vector[(product.Parts.Count * vector.Length / parts)..] },
                .. ways.SelectMany((way, t) => layers.Select((layer, l) => new AblationVariant($"{way}, {layer}", all)
                {
                    Select = vector => Part(vector, l * ways.Length + t, parts),
                    Line = way,
                    Position = int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null,
                })),
            ];
        })
        {
            PositionName = "layer",
        };
    }

    private static string[] StandardLayers(string model) => Llm4EsPipelines.Preset(model) is { } preset
        ? [.. Enumerable.Range(0, preset.HiddenLayers + 1).Select(layer => layer.ToString(CultureInfo.InvariantCulture)), "upper"]
        : ["0", "upper", "final"];

    private static LayerRange? Range(string layers)
    {
        if (layers == "upper") return LayerRange.UpperTwoThirds;
        if (layers == "final") return LayerRange.LastOnly;
        int[] numbers = [.. layers.Split('-', 2).Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1)];
        return numbers[0] < 0 || numbers[^1] < numbers[0] ? null : new LayerRange(numbers[0], numbers[^1]);
    }

    private static float[] Part(float[] vector, int part, int parts) => vector[(part * vector.Length / parts)..((part + 1) * vector.Length / parts)];
}
