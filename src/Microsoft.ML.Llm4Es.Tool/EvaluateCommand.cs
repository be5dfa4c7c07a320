using System.CommandLine;
using System.CommandLine.Parsing;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>The verb <c>evaluate</c>: its options, and what they mean.</summary>
internal sealed class EvaluateCommand : Verb
{
    private readonly EvaluationTaskOptions _task = new();
    private readonly ModelOptions _model = new();
    private readonly EmbedderOptions _embedder = new();
    private readonly Option<string[]> _representations = List(
        "--representations", "A,B,A+B", $"What to compare: {string.Join(", ", EvaluateSettings.KnownRepresentations)}, or some joined by + for both together. Default: " +
        $"{string.Join(",", EvaluateSettings.DefaultRepresentations)}.", EvaluateSettings.DefaultRepresentations);
    private readonly Option<string[]> _breakdowns = List("--breakdown", "A,B,C", "The columns of --entities by which the report breaks the metric down. Default: none.", []);
    private readonly Option<int> _seed = new("--seed") { HelpName = "N", Description = "The seed of all that is random.", DefaultValueFactory = _ => 42 };
    private readonly Option<string> _output = Required("--output", "FOLDER", "Where metrics.json, metrics.csv, report.md and report.html are written.");

    private EvaluateCommand()
        : base("evaluate", "Embeds the entities of your own files, and cross-validates a trainer, LightGBM first, on the vectors.")
    {
        Option[] options = [.. _task.All, _representations, .. _model.All, .. _embedder.All, _breakdowns, _seed, _output];
        foreach (Option option in options) Options.Add(option);
        _representations.Validators.Add(CheckRepresentations);
        Validators.Add(_model.Check);
    }

    public override string Examples { get; } =
        """
        Examples:
          llm4es evaluate --events events.csv.gz --entities users.csv.gz --key case_id --time time --label approved --fold fold --output out
          llm4es evaluate --events card.parquet --entities clients.csv --key client_id --time time --label churned \
            --fields mcc,amount --representations llm4es,aggregates,llm4es+aggregates --seed 7 --output out
          llm4es evaluate --events events.csv.gz --entities users.csv.gz --key case_id --time time --label approved --fold fold \
            --model SmolLM2-135M --tuning lora --tokens 200000 --recent-tokens 512 --representations llm4es,llm4es-untuned --output out

        Exit codes: 0 done, 1 failed, 2 bad usage.
        """;

    public static EvaluateCommand Create()
    {
        var command = new EvaluateCommand();
        command.SetAction((parsed, cancellation) =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            // On a thread of its own, so that Ctrl+C can be heard meanwhile.
            return Task.Run(() => new EvaluateRun(command.Read(parsed), output).Run(cancellation), cancellation);
        });
        return command;
    }

    private EvaluateSettings Read(ParseResult parsed) => _embedder.Read(parsed, new()
    {
        Task = _task.Read(parsed) with { Breakdowns = parsed.GetRequiredValue(_breakdowns) },
        Representations = parsed.GetRequiredValue(_representations),
        Model = _model.Read(parsed),
        Seed = parsed.GetRequiredValue(_seed),
        Output = parsed.GetRequiredValue(_output),
        Command = Line(parsed),
    });

    private static void CheckRepresentations(OptionResult result)
    {
        IEnumerable<string> names = result.GetValueOrDefault<string[]>().SelectMany(name => name.Split('+', StringSplitOptions.TrimEntries));
        foreach (string name in names.Where(name => !EvaluateSettings.KnownRepresentations.Contains(name)))
            result.AddError($"There is no representation '{name}'; there are {string.Join(", ", EvaluateSettings.KnownRepresentations)}.");
    }
}
