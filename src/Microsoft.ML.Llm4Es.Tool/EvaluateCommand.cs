using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>The verb <c>evaluate</c>: its options, and what they mean.</summary>
internal sealed class EvaluateCommand : Verb
{
    private readonly Option<string> _events = Required("--events", "FILE", "The events, one a row: CSV with a header line (also .gz), or Parquet.");
    private readonly Option<string> _entities = Required("--entities", "FILE", "The entities, one a row, with their label: CSV (also .gz) or Parquet.");
    private readonly Option<string> _key = Required("--key", "COLUMN", "The column that says whose event a row is, in both files.");
    private readonly Option<string> _label = Required("--label", "COLUMN", "The column of --entities to predict: two classes (ROC-AUC), more (accuracy) or a number (R2).");
    private readonly Option<string?> _time = new("--time") { HelpName = "COLUMN", Description = "The column of --events that orders them: dates or numbers. Default: the order of the file." };
    private readonly Option<double?> _within = new("--within")
    {
        HelpName = "N",
        Description = "Use the events until N days after an entity's first one (N units of a --time that is a number), of the entities that have later ones. Default: all events.",
    };
    private readonly Option<string?> _fold = new("--fold")
    {
        HelpName = "COLUMN",
        Description = "The column of --entities that says in which fold a row is tested. Default: five folds, stratified by label.",
    };
    private readonly Option<string?> _group = new("--group") { HelpName = "COLUMN", Description = "The column of --entities whose rows of one value are never split between folds." };
    private readonly Option<LabelKind> _labelKind = new("--label-kind") { HelpName = "KIND", Description = "What --label is: class (the default) or number." };
    private readonly Option<string?> _labelTime = new("--label-time") { HelpName = "COLUMN", Description = "The column of --entities as of when the label is predicted; later events are warned of." };
    private readonly Option<bool> _fitInFolds = new("--fit-in-folds") { Description = "Fit representations in each training fold, instead of once on all entities without labels." };
    private readonly Option<int?> _threads = new("--threads") { HelpName = "N", Description = "How many threads LightGBM uses. Default: the number of processors." };
    private readonly Option<string[]> _fields = List("--fields", "A,B,C", "The columns of --events to use. Default: all.", []);
    private readonly Option<string[]> _representations = List(
        "--representations", "A,B,A+B", $"What to compare: {string.Join(", ", EvaluateSettings.KnownRepresentations)}, or some joined by + for both together. Default: " +
        $"{string.Join(",", EvaluateSettings.DefaultRepresentations)}.", EvaluateSettings.DefaultRepresentations);
    private readonly Option<string?> _model = new("--model")
    {
        HelpName = "SOURCE",
        Description = "The language model of llm4es: scratch:PRESET (tiny, small, medium), a Hugging Face folder, a .gguf file, or an id on the Hub such as HuggingFaceTB/SmolLM2-135M[@REVISION]. Default: scratch:small.",
    };
    private readonly Option<string?> _preset = new("--preset") { HelpName = "PRESET", Description = "The size of a model from scratch; the same as --model scratch:PRESET." };
    private readonly Option<int> _seed = new("--seed") { HelpName = "N", Description = "The seed of all that is random.", DefaultValueFactory = _ => 42 };
    private readonly Option<bool> _skip = new("--skip-entities-without-events") { Description = "Leave out entities that have no events, instead of stopping." };
    private readonly Option<string> _output = Required("--output", "FOLDER", "Where metrics.json, metrics.csv, report.md and report.html are written.");

    private EvaluateCommand()
        : base("evaluate", "Embeds the entities of your own files, and cross-validates LightGBM on the vectors.")
    {
        Option[] options = [_events, _entities, _key, _label, _time, _within, _fold, _group, _labelKind, _labelTime, _fitInFolds, _threads, _fields, _representations, _model, _preset, _seed, _skip, _output];
        foreach (Option option in options) Options.Add(option);
        _representations.Validators.Add(CheckRepresentations);
        _threads.Validators.Add(CheckThreads);
        Validators.Add(CheckWithin);
        Validators.Add(CheckModel);
    }

    public override string Examples { get; } =
        """
        Examples:
          llm4es evaluate --events events.csv.gz --entities users.csv.gz --key case_id --time time --label approved --fold fold --output out
          llm4es evaluate --events card.parquet --entities clients.csv --key client_id --time time --label churned \
            --fields mcc,amount --representations llm4es,aggregates,llm4es+aggregates --seed 7 --output out

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

    private EvaluateSettings Read(ParseResult parsed) => new()
    {
        Events = parsed.GetRequiredValue(_events),
        Entities = parsed.GetRequiredValue(_entities),
        Key = parsed.GetRequiredValue(_key),
        Label = parsed.GetRequiredValue(_label),
        Time = parsed.GetValue(_time),
        Within = parsed.GetValue(_within),
        Fold = parsed.GetValue(_fold),
        Group = parsed.GetValue(_group),
        LabelKind = parsed.GetValue(_labelKind),
        LabelTime = parsed.GetValue(_labelTime),
        FitInFolds = parsed.GetValue(_fitInFolds),
        Threads = parsed.GetValue(_threads),
        Fields = parsed.GetRequiredValue(_fields),
        Representations = parsed.GetRequiredValue(_representations),
        Model = Source(parsed.GetValue(_model), parsed.GetValue(_preset)),
        Seed = parsed.GetRequiredValue(_seed),
        SkipEntitiesWithoutEvents = parsed.GetRequiredValue(_skip),
        Output = parsed.GetRequiredValue(_output),
    };

    private static string Source(string? model, string? preset) => preset is null ? model ?? EvaluateSettings.Scratch : $"{EvaluateSettings.Scratch}:{preset}";

    private void CheckModel(CommandResult result)
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

    private void CheckWithin(CommandResult result)
    {
        if (result.GetValue(_within) is not { } within) return;
        if (within is not (> 0 and < double.PositiveInfinity)) result.AddError("--within is a number above 0.");
        if (result.GetValue(_time) is null) result.AddError("--within counts from an entity's first event, but no --time says when events are. Name its column.");
    }

    private static void CheckThreads(OptionResult result)
    {
        if (result.GetValueOrDefault<int?>() is < 1) result.AddError("--threads is at least 1.");
    }

    private static void CheckRepresentations(OptionResult result)
    {
        IEnumerable<string> names = result.GetValueOrDefault<string[]>().SelectMany(name => name.Split('+', StringSplitOptions.TrimEntries));
        foreach (string name in names.Where(name => !EvaluateSettings.KnownRepresentations.Contains(name)))
            result.AddError($"There is no representation '{name}'; there are {string.Join(", ", EvaluateSettings.KnownRepresentations)}.");
    }
}
