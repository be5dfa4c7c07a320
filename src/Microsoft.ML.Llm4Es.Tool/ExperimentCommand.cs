using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>The verb <c>experiment</c>: its options, and what they mean.</summary>
internal sealed class ExperimentCommand : Verb
{
    private const string Halving = "halving";

    private readonly EvaluationTaskOptions _task = new();
    private readonly Option<int> _trials = new("--trials") { HelpName = "N", Description = "How many different settings to try.", DefaultValueFactory = _ => 20 };
    private readonly Option<double?> _minutes = new("--minutes") { HelpName = "M", Description = "Start no more trials after so many minutes. Default: no limit." };
    private readonly Option<SearchStrategy> _strategy = new("--strategy")
    {
        HelpName = "random|halving",
        Description = "random (the default), or halving: all trials with few training tokens first, the best of them with more.",
        CustomParser = ParseStrategy,
    };
    private readonly Option<string?> _space = new("--space") { HelpName = "FILE.json", Description = "What to search; docs/experiments.md has an example. Default: 24 trials around the defaults." };
    private readonly Option<int?> _heldOut = new("--held-out-fold") { HelpName = "N", Description = "The fold, from 0, that the best trial is tested on and that the choice does not see. Default: the last." };
    private readonly Option<int> _seed = new("--seed") { HelpName = "N", Description = "The seed of all that is random.", DefaultValueFactory = _ => 42 };
    private readonly Option<string> _output = Required("--output", "FOLDER", "Where trials.jsonl, best.json, model.zip and report.html are written. The same command again goes on from there.");

    private ExperimentCommand()
        : base("experiment", "Searches for the best text format, model, tuning, pooling and classifier for your label.")
    {
        Option[] options = [.. _task.All, _trials, _minutes, _strategy, _space, _heldOut, _seed, _output];
        foreach (Option option in options) Options.Add(option);
        _trials.Validators.Add(result => CheckAbove(result, result.GetValueOrDefault<int>(), 0));
        _minutes.Validators.Add(result => CheckAbove(result, result.GetValueOrDefault<double?>(), 0));
        _heldOut.Validators.Add(result => CheckAbove(result, result.GetValueOrDefault<int?>(), -1));
    }

    public override string Examples { get; } =
        """
        Examples:
          llm4es experiment --events events.csv.gz --entities users.csv.gz --key case_id --time time --label approved --trials 24 --minutes 60 --output out
          llm4es experiment --events card.parquet --entities clients.csv --key client_id --time time --label churned --strategy halving --space space.json --output out

        Exit codes: 0 done, 1 failed or cancelled, 2 bad usage.
        """;

    public static ExperimentCommand Create()
    {
        var command = new ExperimentCommand();
        command.SetAction((parsed, cancellation) =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            // On a thread of its own, so that Ctrl+C can be heard meanwhile.
            return Task.Run(() => new ExperimentRun(command.Read(parsed), output).Run(cancellation), CancellationToken.None);
        });
        return command;
    }

    private ExperimentSettings Read(ParseResult parsed) => new()
    {
        Task = _task.Read(parsed),
        Trials = parsed.GetRequiredValue(_trials),
        Minutes = parsed.GetValue(_minutes),
        Strategy = parsed.GetValue(_strategy),
        Space = parsed.GetValue(_space),
        HeldOutFold = parsed.GetValue(_heldOut),
        Seed = parsed.GetRequiredValue(_seed),
        Output = parsed.GetRequiredValue(_output),
    };

    private static SearchStrategy ParseStrategy(ArgumentResult result)
    {
        string name = result.Tokens[0].Value;
        if (name == Halving) return SearchStrategy.SuccessiveHalving;
        if (name != "random") result.AddError($"There is no strategy '{name}'; there are random and {Halving}.");
        return SearchStrategy.Random;
    }

    private static void CheckAbove(OptionResult result, double? value, int bound)
    {
        if (value <= bound) result.AddError($"{result.Option.Name} is {value}; a number above {bound} is expected.");
    }
}
