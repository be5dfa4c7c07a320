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

    public required EvaluationTask Task { get; init; }

    public required IReadOnlyList<string> Representations { get; init; }

    /// <summary>The language model: <c>scratch</c>, <c>scratch:PRESET</c>, or a Hugging Face folder.</summary>
    public required string Model { get; init; }

    public int Seed { get; init; }

    public required string Output { get; init; }

    /// <summary>The command line, for the report.</summary>
    public required string Command { get; init; }
}
