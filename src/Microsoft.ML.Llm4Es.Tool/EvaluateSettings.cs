using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>What the verb <c>evaluate</c> was asked to do.</summary>
internal sealed record EvaluateSettings
{
    public const string Llm4Es = "llm4es";

    public const string Aggregates = "aggregates";

    public const string TfIdf = "tfidf";

    public const string Coles = "coles";

    /// <summary>The default of <see cref="Model"/>: a new model of random weights, tuned on the events.</summary>
    public const string Scratch = "scratch";

    public static readonly string[] DefaultRepresentations = [Llm4Es, Aggregates];

    public static readonly string[] KnownRepresentations = [Llm4Es, Aggregates, TfIdf, Coles];

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

    /// <summary>Whether representations are fitted in each training fold instead of once on all entities.</summary>
    public bool FitInFolds { get; init; }

    public int? Threads { get; init; }

    /// <summary>The event columns to use; none for all.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    public required IReadOnlyList<string> Representations { get; init; }

    /// <summary>The language model: <c>scratch</c>, <c>scratch:PRESET</c>, or a Hugging Face folder.</summary>
    public required string Model { get; init; }

    public int Seed { get; init; }

    public bool SkipEntitiesWithoutEvents { get; init; }

    public required string Output { get; init; }
}
