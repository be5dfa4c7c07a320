namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>What the verb <c>evaluate</c> was asked to do.</summary>
internal sealed record EvaluateSettings
{
    public const string Llm4Es = "llm4es";

    /// <summary>As <see cref="Llm4Es"/>, with the paper's choices instead of the default recipe's.</summary>
    public const string Paper = "llm4es-paper";

    /// <summary>As <see cref="Llm4Es"/>, without tuning: the control that tells what tuning adds.</summary>
    public const string Untuned = "llm4es-untuned";

    public const string Aggregates = "aggregates";

    public const string TfIdf = "tfidf";

    public const string Coles = "coles";

    /// <summary>The default of <see cref="Model"/>: a new model of random weights, tuned on the events.</summary>
    public const string Scratch = "scratch";

    public static readonly string[] DefaultRepresentations = [Llm4Es, Aggregates];

    public static readonly string[] KnownRepresentations = [Llm4Es, Paper, Untuned, Aggregates, TfIdf, Coles];

    public required EvaluationTask Task { get; init; }

    public required IReadOnlyList<string> Representations { get; init; }

    /// <summary>The language model: <c>scratch</c>, <c>scratch:PRESET</c>, or a Hugging Face folder.</summary>
    public required string Model { get; init; }

    /// <summary>What of the model is tuned, where the representation is a tuned one.</summary>
    public Tuning Tuning { get; init; } = Tuning.Full();

    /// <summary>How many tokens the model is tuned on; null for as many as the recipe says.</summary>
    public long? Tokens { get; init; }

    /// <summary>How many tokens run through a model at once when it is tuned; null for the recipe's.</summary>
    public int? BatchTokens { get; init; }

    /// <summary>How many tokens of the latest events of a text are embedded; null for all.</summary>
    public int? RecentTokens { get; init; }

    public int Seed { get; init; }

    public required string Output { get; init; }

    /// <summary>The command line, for the report.</summary>
    public required string Command { get; init; }
}
