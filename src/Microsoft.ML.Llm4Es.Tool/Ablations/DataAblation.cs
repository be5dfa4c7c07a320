using System.CommandLine;
using System.Globalization;
using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>How many entities' texts tuning needs (Figure 2 of arXiv 2508.05688); the classifier has all labels.</summary>
internal sealed class DataAblation()
    : AblationCommand("data", "Compares shares of the entities whose texts the language model is tuned on.", "Shares of the entities, above 0 and at most 1. Default: 1,0.5,0.25,0.1.")
{
    protected override IReadOnlyList<string> StandardVariants(ParseResult parsed, string model) => ["1", "0.5", "0.25", "0.1"];

    protected override string? Problem(string variant) => NotAShare(variant);

    protected override AblationPlan Plan(Llm4EsPipelines pipelines, IDataView entities, ParseResult parsed) =>
        new(seed => [.. pipelines.Settings.Variants.Select(share => Variant(pipelines, share, seed))]) { PositionName = "share of entities" };

    private static AblationVariant Variant(Llm4EsPipelines pipelines, string text, int seed)
    {
        double share = double.Parse(text, CultureInfo.InvariantCulture);
        FitOnEstimator embedder = pipelines.Context.Transforms.FitOnShare(pipelines.Embed(pipelines.Options(seed)), share, seed);
        return new AblationVariant(text, Llm4EsPipelines.Join(text, pipelines.Textify(), embedder)) { Position = share };
    }
}
