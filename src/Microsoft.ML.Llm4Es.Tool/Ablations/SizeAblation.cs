using System.CommandLine;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>What the size of the language model is worth.</summary>
internal sealed class SizeAblation()
    : AblationCommand("size", "Compares language models of several sizes.", "Presets of models from scratch (tiny, small, medium), or any models as --model names them. Default: tiny,small,medium.")
{
    private static readonly string[] Presets = ["tiny", "small", "medium"];

    protected override IReadOnlyList<string> StandardVariants(ParseResult parsed, string model) => Presets;

    protected override string? Problem(string variant)
    {
        try
        {
            LanguageModelSource.Parse(Source(variant));
            return null;
        }
        catch (ArgumentException exception)
        {
            return CommandLine.Message(exception);
        }
    }

    protected override AblationPlan Plan(Llm4EsPipelines pipelines, IDataView entities, ParseResult parsed)
    {
        foreach (string variant in pipelines.Settings.Variants) ModelOptions.RequireFile(variant);
        return new(seed => [.. pipelines.Settings.Variants.Select(variant => Llm4EsPipelines.Variant(pipelines.Create(Name(variant), pipelines.Options(seed, Source(variant)))))]);
    }

    private static string Source(string variant) => Presets.Contains(variant) ? $"{EvaluateSettings.Scratch}:{variant}" : variant;

    /// <summary>A folder or file by its own name; plus signs join names of representations.</summary>
    private static new string Name(string variant) => Path.GetFileName(Path.TrimEndingDirectorySeparator(variant)).Replace('+', ' ');
}
