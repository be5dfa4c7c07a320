namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>What an ablation was asked to do.</summary>
internal sealed record AblateSettings
{
    /// <summary>The ablation, such as <c>tuning</c>.</summary>
    public required string Name { get; init; }

    public required EvaluationTask Task { get; init; }

    /// <summary>The names of the variants; the others are compared with the first.</summary>
    public required IReadOnlyList<string> Variants { get; init; }

    /// <summary>The language model, as <see cref="LanguageModelSource.Parse"/> reads it.</summary>
    public required string Model { get; init; }

    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>How many tokens each variant is tuned on, whatever its epochs; null for as many as the recipe says.</summary>
    public long? Tokens { get; init; }

    public required string Output { get; init; }

    /// <summary>The command line, for the report.</summary>
    public required string Command { get; init; }
}
