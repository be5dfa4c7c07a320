using System.CommandLine;
using System.CommandLine.Parsing;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>The options by which <c>evaluate</c> is told what tuning and embedding may cost: a pretrained model is slow without a GPU.</summary>
internal sealed class EmbedderOptions
{
    private readonly Option<string> _tuning = new("--tuning")
    {
        HelpName = "KIND",
        Description = "What of the language model is tuned: full, lora, lora:RANK, last:LAYERS or none. Default: full.",
        DefaultValueFactory = _ => "full",
    };
    private readonly Option<long?> _tokens = new("--tokens") { HelpName = "N", Description = "How many tokens the language model is tuned on, whatever the epochs. Default: as many as the recipe says." };
    private readonly Option<int?> _batchTokens = new("--batch-tokens")
    {
        HelpName = "N",
        Description = "How many tokens run through the model at once in tuning, and so the longest piece of a text. Fewer take less memory, and a step sees as many as ever; more make larger steps. Default: 2048 from scratch, 8192 of a pretrained model.",
    };
    private readonly Option<int?> _recentTokens = new("--recent-tokens")
    {
        HelpName = "N",
        Description = "Embed of each text the latest events that fit into N tokens. Default: all, in windows of the model's context.",
    };

    public EmbedderOptions()
    {
        _tuning.Validators.Add(CheckTuning);
        _tokens.Validators.Add(result => RequirePositive(result, result.GetValueOrDefault<long?>()));
        _batchTokens.Validators.Add(result => RequirePositive(result, result.GetValueOrDefault<int?>()));
        _recentTokens.Validators.Add(result => RequirePositive(result, result.GetValueOrDefault<int?>()));
    }

    public IReadOnlyList<Option> All => [_tuning, _tokens, _batchTokens, _recentTokens];

    public EvaluateSettings Read(ParseResult parsed, EvaluateSettings settings) => settings with
    {
        Tuning = Tuning.Parse(parsed.GetRequiredValue(_tuning)),
        Tokens = parsed.GetValue(_tokens),
        BatchTokens = parsed.GetValue(_batchTokens),
        RecentTokens = parsed.GetValue(_recentTokens),
    };

    private static void CheckTuning(OptionResult result)
    {
        try
        {
            Tuning.Parse(result.GetValueOrDefault<string>());
        }
        catch (ArgumentException exception)
        {
            result.AddError(CommandLine.Message(exception));
        }
    }

    private static void RequirePositive(OptionResult result, long? value)
    {
        if (value is < 1) result.AddError($"{result.Option.Name} is at least 1.");
    }
}
