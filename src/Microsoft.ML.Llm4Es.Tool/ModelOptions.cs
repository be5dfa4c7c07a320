using System.CommandLine;
using System.CommandLine.Parsing;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>The options by which a verb is told its language model.</summary>
internal sealed class ModelOptions
{
    private readonly Option<string?> _model = new("--model")
    {
        HelpName = "SOURCE",
        Description = "The language model of llm4es: scratch:PRESET (tiny, small, medium), a Hugging Face folder, a .gguf file, or an id on the Hub such as HuggingFaceTB/SmolLM2-135M[@REVISION]. Default: scratch:small.",
    };
    private readonly Option<string?> _preset = new("--preset") { HelpName = "PRESET", Description = "The size of a model from scratch; the same as --model scratch:PRESET." };

    public IReadOnlyList<Option> All => [_model, _preset];

    /// <summary>The model as <see cref="LanguageModelSource.Parse"/> reads it.</summary>
    public string Read(ParseResult parsed) => Source(parsed.GetValue(_model), parsed.GetValue(_preset));

    /// <summary>Adds an error where the two do not name one model.</summary>
    public void Check(CommandResult result)
    {
        string? model = result.GetValue(_model);
        string? preset = result.GetValue(_preset);
        if (preset is not null && model is not null && model != EvaluateSettings.Scratch)
        {
            result.AddError($"--preset is the size of a model from scratch, and --model is '{model}'. Leave one of them out.");
            return;
        }

        try
        {
            LanguageModelSource.Parse(Source(model, preset));
        }
        catch (ArgumentException exception)
        {
            result.AddError(CommandLine.Message(exception));
        }
    }

    /// <summary>Throws before the long work where the model's file is not there.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static void RequireFile(string model)
    {
        if (model.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) && !File.Exists(model))
            throw new FileNotFoundException($"{model} (--model) was not found. Check the path, or leave --model out for a model from scratch.", model);
    }

    private static string Source(string? model, string? preset) => preset is null ? model ?? EvaluateSettings.Scratch : $"{EvaluateSettings.Scratch}:{preset}";
}
