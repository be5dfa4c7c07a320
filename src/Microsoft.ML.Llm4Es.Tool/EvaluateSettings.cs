namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>What the verb <c>evaluate</c> was asked to do.</summary>
internal sealed record EvaluateSettings
{
    public const string Aggregates = "aggregates";

    public static readonly string[] KnownRepresentations = [Aggregates];

    public required string Events { get; init; }

    public required string Entities { get; init; }

    public required string Key { get; init; }

    public required string Label { get; init; }

    public string? Time { get; init; }

    public string? Fold { get; init; }

    /// <summary>The event columns to use; none for all.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    public required IReadOnlyList<string> Representations { get; init; }

    public int Seed { get; init; }

    public bool SkipEntitiesWithoutEvents { get; init; }

    public required string Output { get; init; }
}
