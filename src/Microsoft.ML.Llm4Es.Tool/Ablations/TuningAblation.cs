using System.CommandLine;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>What tuning is worth: none, an adapter, some layers, all weights, and a model from scratch beside a pretrained one.</summary>
internal sealed class TuningAblation()
    : AblationCommand("tuning", "Compares what of the language model is tuned.", "none, full, lora, lora:RANK, last:LAYERS, or scratch for a model from scratch. Default: none,last:1,lora,full, and scratch where --model is pretrained.")
{
    protected override IReadOnlyList<string> StandardVariants(ParseResult parsed, string model) =>
        Llm4EsPipelines.Preset(model) is null ? ["none", "last:1", "lora", "full", EvaluateSettings.Scratch] : ["none", "last:1", "lora", "full"];

    protected override string? Problem(string variant)
    {
        try
        {
            if (variant != EvaluateSettings.Scratch) Tuning.Parse(variant);
            return null;
        }
        catch (ArgumentException exception)
        {
            return CommandLine.Message(exception);
        }
    }

    protected override AblationPlan Plan(Llm4EsPipelines pipelines, IDataView entities, ParseResult parsed) => new(seed =>
        [.. pipelines.Settings.Variants.Select(variant => Llm4EsPipelines.Variant(pipelines.Create(variant, EmbedderOptions(pipelines, variant, seed))))]);

    private static FineTuneLlmEmbedderOptions EmbedderOptions(Llm4EsPipelines pipelines, string variant, int seed) =>
        variant == EvaluateSettings.Scratch ? pipelines.Options(seed, EvaluateSettings.Scratch) : pipelines.Options(seed, tuning: Tuning.Parse(variant));
}
