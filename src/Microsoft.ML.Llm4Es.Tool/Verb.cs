using System.CommandLine;
using System.CommandLine.Parsing;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>A verb of the command line, with examples to copy.</summary>
internal abstract class Verb(string name, string description) : System.CommandLine.Command(name, description)
{
    /// <summary>What the help ends with.</summary>
    public abstract string Examples { get; }

    internal static Option<string> Required(string name, string argument, string description) =>
        new(name) { HelpName = argument, Description = description, Required = true };

    internal static Option<string[]> List(string name, string argument, string description, string[] standard) => new(name)
    {
        HelpName = argument,
        Description = description,
        DefaultValueFactory = _ => standard,
        CustomParser = result => result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
    };

    private protected static Option<Uri?> Address(string name, string description) => new(name)
    {
        HelpName = "URL",
        Description = description,
        CustomParser = ParseAddress,
    };

    /// <summary>The least faithfulness of a variant that is used.</summary>
    private protected static Option<double> MinFaithfulness(string description)
    {
        var option = new Option<double>("--min-faithfulness") { HelpName = "SCORE", Description = description, DefaultValueFactory = _ => new EnrichDescriptionsOptions().MinFaithfulness };
        option.Validators.Add(CheckScore);
        return option;
    }

    private protected static Option<int> Number(string name, string description, int standard)
    {
        var option = new Option<int>(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(result => CheckPositive(result, result.GetValueOrDefault<int>()));
        return option;
    }

    /// <summary>The command line as a reader can repeat it.</summary>
    private protected static string Line(ParseResult parsed) => string.Join(' ', parsed.Tokens.Select(token => Quoted(token.Value)).Prepend("llm4es"));

    private static string Quoted(string word) => word.Any(char.IsWhiteSpace) ? $"\"{word}\"" : word;

    private static Uri? ParseAddress(ArgumentResult result)
    {
        string address = result.Tokens[0].Value;
        if (Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme is ("http" or "https")) return uri;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} is '{address}'; an address such as http://localhost:8000/v1 is expected.");
        return null;
    }

    private protected static void CheckPositive(OptionResult result, double? value)
    {
        if (value <= 0) result.AddError($"{result.Option.Name} is {value}; a positive number is expected.");
    }

    private static void CheckScore(OptionResult result)
    {
        double score = result.GetValueOrDefault<double>();
        if (score is not (>= 0 and <= 1)) result.AddError($"{result.Option.Name} is {score}; 0 to 1 is expected.");
    }
}
