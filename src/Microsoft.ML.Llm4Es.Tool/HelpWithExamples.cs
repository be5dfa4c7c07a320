using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>The usual help, and the examples of the verb below it.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private readonly HelpAction _help = new();

    public override int Invoke(ParseResult parseResult)
    {
        int result = _help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb verb) parseResult.InvocationConfiguration.Output.WriteLine(verb.Examples);
        return result;
    }
}
