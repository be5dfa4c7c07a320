using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>The options by which every verb that evaluates is told its <see cref="EvaluationTask"/>.</summary>
internal sealed class EvaluationTaskOptions
{
    private readonly Option<string> _events = Verb.Required("--events", "FILE", "The events, one a row: CSV with a header line (also .gz), or Parquet.");
    private readonly Option<string> _entities = Verb.Required("--entities", "FILE", "The entities, one a row, with their label: CSV (also .gz) or Parquet.");
    private readonly Option<string> _key = Verb.Required("--key", "COLUMN", "The column that says whose event a row is, in both files.");
    private readonly Option<string> _label = Verb.Required("--label", "COLUMN", "The column of --entities to predict: two classes (ROC-AUC), more (accuracy) or a number (R2).");
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
    private readonly Option<TrainerKind?> _trainer = new("--trainer")
    {
        HelpName = "TRAINER",
        Description = "What predicts the label: lightgbm (the paper's), logistic (logistic regression with cross-validated regularisation), or blend (the mean of both, logistic regression twice). Default: blend for classes, lightgbm for a number.",
    };
    private readonly Option<int?> _threads = new("--threads") { HelpName = "N", Description = "How many threads LightGBM uses. Default: the number of processors." };
    private readonly Option<string[]> _fields = Verb.List("--fields", "A,B,C", "The columns of --events to use. Default: all.", []);
    private readonly Option<bool> _skip = new("--skip-entities-without-events") { Description = "Leave out entities that have no events, instead of stopping." };

    public EvaluationTaskOptions()
    {
        _threads.Validators.Add(CheckThreads);
        _within.Validators.Add(CheckWithin);
    }

    public IReadOnlyList<Option> All => [_events, _entities, _key, _label, _time, _within, _fold, _group, _labelKind, _labelTime, _fitInFolds, _trainer, _threads, _fields, _skip];

    public EvaluationTask Read(ParseResult parsed) => new()
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
        Trainer = parsed.GetValue(_trainer),
        Threads = parsed.GetValue(_threads),
        Fields = parsed.GetRequiredValue(_fields),
        SkipEntitiesWithoutEvents = parsed.GetRequiredValue(_skip),
    };

    private void CheckWithin(OptionResult result)
    {
        if (result.GetValueOrDefault<double?>() is not (> 0 and < double.PositiveInfinity)) result.AddError("--within is a number above 0.");
        if (result.GetValue(_time) is null) result.AddError("--within counts from an entity's first event, but no --time says when events are. Name its column.");
    }

    private static void CheckThreads(OptionResult result)
    {
        if (result.GetValueOrDefault<int?>() is < 1) result.AddError("--threads is at least 1.");
    }
}
