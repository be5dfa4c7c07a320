using System.CommandLine;
using System.Globalization;
using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>How many labels the classifier needs: the vectors are made once, from texts that need no labels.</summary>
internal sealed class LabelsAblation()
    : AblationCommand("labels", "Compares shares of the labels that the classifier sees, for llm4es and for aggregates.", "Shares of the training entities, above 0 and at most 1. Default: 1,0.5,0.2,0.1,0.05.")
{
    protected override IReadOnlyList<string> StandardVariants(ParseResult parsed, string model) => ["1", "0.5", "0.2", "0.1", "0.05"];

    protected override string? Problem(string variant) => NotAShare(variant);

    protected override AblationPlan Plan(Llm4EsPipelines pipelines, IDataView entities, ParseResult parsed)
    {
        const string Aggregates = "Aggregates";
        return new(seed =>
        {
            Representation[] representations =
            [
                pipelines.Create(EvaluateSettings.Llm4Es, pipelines.Options(seed)),
                new(EvaluateSettings.Aggregates, pipelines.Context.Transforms.AggregateEvents(Aggregates), Aggregates),
            ];
            return [.. representations.SelectMany(representation => pipelines.Settings.Variants.Select(share => Variant(representation, share)))];
        })
        {
            PositionName = "share of labels",
        };
    }

    private static AblationVariant Variant(Representation representation, string text)
    {
        double share = double.Parse(text, CultureInfo.InvariantCulture);
        return new AblationVariant($"{representation.Name}, {text}", representation) { LabelledShare = share, Line = representation.Name, Position = share };
    }
}
