using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>The llm4es command line: its verbs, its exit codes, and how it reports what went wrong.</summary>
internal static class CommandLine
{
    /// <summary>The work is done.</summary>
    public const int Done = 0;

    /// <summary>The work could not be done; one line on the error stream says why, and what to do.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int BadUsage = 2;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("LLM4ES: event sequences become text, text tunes a language model, the tuned model gives one vector per entity.")
        {
            EvaluateCommand.Create(),
            ExperimentCommand.Create(),
            EnrichCommand.Create(),
            AblateCommand.Create(),
        };
        root.Options.OfType<HelpOption>().Single().Action = new HelpWithExamples();

        ParseResult parsed = root.Parse(args);
        // With --help, the errors of a command line that is not complete do not matter.
        if (parsed.Action is ParseErrorAction)
        {
            string problems = string.Join(" ", parsed.Errors.Select(problem => OneLine(problem.Message)));
            await error.WriteLineAsync($"llm4es: {problems} See llm4es {Verbs(parsed.CommandResult)}--help.");
            return BadUsage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("llm4es: cancelled.");
            return Failed;
        }
        catch (Exception exception) when (IsExplained(exception))
        {
            await error.WriteLineAsync($"llm4es: {OneLine(Message(exception))}");
            return Failed;
        }
    }

    /// <summary>The verbs that were given, such as <c>ablate tuning</c>, with a blank after each.</summary>
    private static string Verbs(SymbolResult? result) => result is CommandResult { Command: not RootCommand } command ? $"{Verbs(command.Parent)}{command.Command.Name} " : "";

    /// <summary>Whether the message says what is wrong with the input or the machine; anything else is a defect, whose stack trace is of use.</summary>
    private static bool IsExplained(Exception exception) =>
        exception is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or FormatException or NotSupportedException or InvalidOperationException or HttpRequestException;

    /// <summary>The message without the parameter's name, which means nothing to who types a command.</summary>
    public static string Message(Exception exception) =>
        exception is ArgumentException { ParamName: { } parameter } ? exception.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal) : exception.Message;

    private static string OneLine(string text) => string.Join(" ", text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
