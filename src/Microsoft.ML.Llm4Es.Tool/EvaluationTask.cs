using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>What is predicted, from which files, and how that is judged: what all verbs that evaluate are told.</summary>
internal sealed record EvaluationTask
{
    public required string Events { get; init; }

    public required string Entities { get; init; }

    public required string Key { get; init; }

    public required string Label { get; init; }

    public string? Time { get; init; }

    /// <summary>How long after an entity's first event its events are used; null for all of them.</summary>
    public double? Within { get; init; }

    public string? Fold { get; init; }

    public string? Group { get; init; }

    public string? LabelTime { get; init; }

    public LabelKind LabelKind { get; init; }

    /// <summary>The columns by which the report of <c>evaluate</c> breaks the metric down.</summary>
    public IReadOnlyList<string> Breakdowns { get; init; } = [];

    /// <summary>Whether representations are fitted in each training fold instead of once on all entities.</summary>
    public bool FitInFolds { get; init; }

    /// <summary>What predicts the label; null for what suits its kind.</summary>
    public TrainerKind? Trainer { get; init; }

    /// <summary>The settings of LLM4ES that suit the trainer: the blend has views of a vector, which may be longer.</summary>
    public Llm4EsPreset Preset => (Trainer ?? (LabelKind == LabelKind.Number ? TrainerKind.LightGbm : TrainerKind.Blend)) == TrainerKind.Blend ? Llm4EsPreset.Blend : Llm4EsPreset.Default;

    public int? Threads { get; init; }

    /// <summary>The event columns to use; none for all.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    public bool SkipEntitiesWithoutEvents { get; init; }

    /// <summary>The task for the library.</summary>
    /// <param name="seed">The seed of folds, bootstrap and trainer.</param>
    public DownstreamEvaluationOptions ToOptions(int seed) => new()
    {
        Label = Label,
        Fold = Fold,
        Group = Group,
        LabelKind = LabelKind,
        LabelTime = LabelTime,
        Breakdowns = Breakdowns,
        Fitting = FitInFolds ? RepresentationFitting.InEachTrainingFold : RepresentationFitting.OnAllEntities,
        Seed = seed,
        TrainerKind = Trainer,
        Classifier = new LightGbmOptions { Seed = seed, Threads = Threads ?? Environment.ProcessorCount },
    };
}
