using System.CommandLine;

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
}
